using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Bench.Fleets;
using AuthzSim.Bench.Servers;
using AuthzSim.Formats.Reviews;
using AuthzSim.Requests;
using AuthzSim.Server;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about the server: reviews over TLS beside an endpoint that decides nothing.</summary>
internal sealed class ServeRatios(bool quick)
{
    private const int Different = 4096;
    private static readonly int[] _connections = [1, 16, 64];

    private readonly TimeSpan _round = TimeSpan.FromSeconds(quick ? 1 : 4);

    public IEnumerable<Ratio> Of(Fleet fleet, double goal)
    {
        List<Ratio> rows = [];
        Measure(fleet, goal, rows).GetAwaiter().GetResult();
        return rows;
    }

    private async Task Measure(Fleet fleet, double goal, List<Ratio> rows)
    {
        var tokens = Path.GetTempFileName();
        await File.WriteAllTextAsync(tokens, "bench,admin,1,system:masters\n");
        using var certificate = BenchCertificate.Create();
        using var authentication = ApiServerAuthentication.Create(
            new ApiServerOptions { TokenAuthFile = tokens, AuthorizationModes = ["RBAC"] }, ClusterState.Empty, TimeProvider.System, new ConfiguredFiles());
        await using var server = await ApiServer.StartAsync(
            new ServerOptions { Policy = fleet.Policy, Authentication = authentication, Certificate = certificate, SecurePort = 0 });
        var bodies = fleet.Requests.Where(r => r.IsResourceRequest).Take(Different).Select(r => Review(r)).ToArray();
        await using var bare = await BareServer.StartAsync(certificate, bodies[0]);
        byte[][] requests = [.. bodies.Select(Request)];
        foreach (var connections in _connections)
        {
            await using var ours = await LoadGenerator.ConnectAsync(server.Address, connections, requests);
            await using var floor = await LoadGenerator.ConnectAsync(bare.Address, connections, requests);
            rows.Add(Row(fleet, goal, connections, await RoundsAsync(ours, floor)));
        }

        File.Delete(tokens);
    }

    private async Task<(List<Load> Ours, List<Load> Floor)> RoundsAsync(LoadGenerator ours, LoadGenerator floor)
    {
        await ours.RunAsync(_round / 2);
        await floor.RunAsync(_round / 2);
        var rounds = (Ours: new List<Load>(), Floor: new List<Load>());
        for (var i = 0; i < 5; i++)
        {
            rounds.Ours.Add(await ours.RunAsync(_round));
            rounds.Floor.Add(await floor.RunAsync(_round));
        }

        return rounds;
    }

    private static Ratio Row(Fleet fleet, double goal, int connections, (List<Load> Ours, List<Load> Floor) rounds)
    {
        var (ours, floor) = (Median(rounds.Ours), Median(rounds.Floor));
        var bindings = fleet.Policy.ClusterRoleBindings.Length + fleet.Policy.RoleBindings.Length;
        var ratio = ours.PerSecond / floor.PerSecond;
        return new Ratio(
            string.Create(CultureInfo.InvariantCulture, $"SubjectAccessReviews over TLS at {bindings:N0} bindings, {connections} connections, throughput as a share of a bare endpoint"),
            $"at least {Ratio.Text(goal)}", Ratio.Text(ratio), $"{Text("server", ours)}; {Text("bare", floor)}", ratio >= goal);

        static string Text(string name, Load load) => string.Create(
            CultureInfo.InvariantCulture, $"{name} {load.PerSecond:N0}/s, p50 {load.Percentile(0.5):N0} µs, p99 {load.Percentile(0.99):N0} µs");
    }

    private static Load Median(List<Load> loads) => loads.OrderBy(l => l.PerSecond).ElementAt(loads.Count / 2);

    private static byte[] Review(in RequestAttributes request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            AccessReviewWriter.WriteReview(json, new AccessReview { Spec = SpecOf(request) }, default);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static AccessReviewSpec SpecOf(in RequestAttributes request) => new()
    {
        User = request.User,
        ResourceAttributes = new ResourceAttributes
        {
            Namespace = request.Namespace,
            Verb = request.Verb,
            Group = request.ApiGroup,
            Resource = request.Resource,
            Subresource = request.Subresource,
            Name = request.Name,
        },
    };

    private static byte[] Request(byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /apis/authorization.k8s.io/v1/subjectaccessreviews HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, */*\r\n"
            + $"Authorization: Bearer bench\r\nContent-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];
}

using System.Globalization;
using AuthzSim.Bench.Fleets;
using AuthzSim.Bench.Servers;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about the server: reviews over TLS beside an endpoint that decides nothing.</summary>
internal sealed class ServeRatios(bool quick)
{
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
        using var certificate = BenchCertificate.Create();
        await using var served = await ServedFleet.StartAsync(fleet, certificate);
        await using var bare = await BareServer.StartAsync(certificate, served.Reviews[0]);
        foreach (var connections in _connections)
        {
            await using var ours = await LoadGenerator.ConnectAsync(served.Server.Address, connections, served.Requests);
            await using var floor = await LoadGenerator.ConnectAsync(bare.Address, connections, served.Requests);
            rows.Add(Row(fleet, goal, connections, await RoundsAsync(ours, floor)));
        }
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
}

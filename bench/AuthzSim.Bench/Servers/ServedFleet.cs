using System.Buffers;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Bench.Fleets;
using AuthzSim.Formats.Reviews;
using AuthzSim.Requests;
using AuthzSim.Server;

namespace AuthzSim.Bench.Servers;

/// <summary>A server of a fleet's policy, and reviews to post to it.</summary>
internal sealed class ServedFleet : IAsyncDisposable
{
    private const int Different = 4096;
    private const string Token = "bench";

    private readonly string _tokens;
    private readonly ApiServerAuthentication _authentication;

    private ServedFleet(string tokens, ApiServerAuthentication authentication, ApiServer server, Fleet fleet)
    {
        (_tokens, _authentication, Server) = (tokens, authentication, server);
        Reviews = [.. fleet.Requests.Where(r => r.IsResourceRequest).Take(Different).Select(r => Review(r))];
        Requests = [.. Reviews.Select(body => Request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body))];
    }

    public ApiServer Server { get; }

    /// <summary>The bodies.</summary>
    public byte[][] Reviews { get; }

    /// <summary>The bodies as whole requests.</summary>
    public byte[][] Requests { get; }

    public static async Task<ServedFleet> StartAsync(Fleet fleet, X509Certificate2 certificate)
    {
        var tokens = Path.GetTempFileName();
        await File.WriteAllTextAsync(tokens, $"{Token},admin,1,system:masters\n");
#pragma warning disable CA2000 // The instance that is returned disposes of it.
        var authentication = ApiServerAuthentication.Create(
            new ApiServerOptions { TokenAuthFile = tokens, AuthorizationModes = ["RBAC"] }, ClusterState.Empty, TimeProvider.System, new ConfiguredFiles());
#pragma warning restore CA2000
        var server = await ApiServer.StartAsync(
            new ServerOptions { Policy = fleet.Policy, Authentication = authentication, Certificate = certificate, SecurePort = 0 });
        return new ServedFleet(tokens, authentication, server, fleet);
    }

    /// <summary>A whole request of HTTP/1.1 with a body of JSON.</summary>
    public static byte[] Request(string method, string path, ReadOnlySpan<byte> body) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json, */*\r\nAuthorization: Bearer {Token}\r\n"
            + $"Content-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authentication.Dispose();
        File.Delete(_tokens);
    }

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
}

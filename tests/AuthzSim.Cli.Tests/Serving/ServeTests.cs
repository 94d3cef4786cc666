using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>The beginning and the end of <c>authzsim serve</c>.</summary>
public sealed class ServeTests : IDisposable
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private const string Review = """{"spec": {"user": "myuser", "resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "default"}}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_answers_by_its_kubeconfig_and_finishes_what_it_has_begun_when_it_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM here");
        await using var server = await ServeProcess.StartAsync(_folder["."], ["-f", CommandLine.ReadPods]);
        Assert.Contains(server.Output, l => l.StartsWith("serving ", StringComparison.Ordinal) && l.EndsWith(server.Address.ToString(), StringComparison.Ordinal));
        using var client = server.NewClient();
        Assert.Equal(server.Address, client.BaseAddress);
        Assert.Equal("system:masters", (string?)(await ServeProcess.SendAsync(
            client, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", new JsonObject())).Body["status"]!["userInfo"]!["groups"]![0]);

        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answering = Task.Run(async () =>
        {
            using var body = new BodyInTwoParts(Review[..20], rest.Task, Review[20..]);
            using var answer = await client.PostAsync(new Uri(Reviews, UriKind.Relative), body);
            return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
        });
        await ServeProcess.Until(async () => ((string)(await ServeProcess.SendAsync(client, HttpMethod.Get, "/metrics")).Body!).Contains("inflight_requests 2\n", StringComparison.Ordinal), "the request is not in flight");
        var ending = server.TerminateAsync();
        await ServeProcess.Until(() => !Listens(server.Address.Port), "it still takes connections");
        Assert.False(answering.IsCompleted);
        Assert.False(ending.IsCompleted);
        rest.SetResult();

        var (code, review) = await answering;
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.True((bool)review["status"]!["allowed"]!);
        Assert.Equal(0, await ending);
    }

    [Theory]
    [InlineData("--secure-port: 65536 is no port", "--secure-port", "65536")]
    [InlineData("--bind-address: here is no IP address", "--bind-address", "here")]
    [InlineData("--tls-cert-file needs --tls-private-key-file", "--tls-cert-file", "x.pem")]
    [InlineData("--max-connections: 0 is not between 1 and 2147483647", "--max-connections", "0")]
    [InlineData("--max-header-bytes: 1023 is not between 1024 and 1048576", "--max-header-bytes", "1023")]
    [InlineData("--max-request-body-bytes: -1 is not between 1 and 1073741824", "--max-request-body-bytes", "-1")]
    [InlineData("--request-timeout: 0s is not between 0s and 24h", "--request-timeout", "0s")]
    [InlineData("--request-timeout: time: invalid duration \"60\"", "--request-timeout", "60")]
    [InlineData("Cannot parse argument 'many' for option '--max-connections'", "--max-connections", "many")]
    [InlineData("error: Argument 'xml' not recognized", "--logging-format", "xml")]
    public void A_flag_that_makes_no_sense_is_an_error(string expected, params string[] flags) => IsRefused(expected, ["-f", CommandLine.ReadPods, .. flags]);

    [Fact]
    public async Task A_port_in_use_is_an_error()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using var server = ServeProcess.Launch(_folder["."], ["-f", CommandLine.ReadPods, "--secure-port", $"{port}"]);

        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.Equal([$"error: Failed to bind to address https://127.0.0.1:{port}: address already in use."], server.Errors);
    }

    [Fact]
    public void A_malformed_policy_is_an_error_with_file_and_line()
    {
        var path = _folder["policy.yaml"];
        File.WriteAllText(path, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\nrules: 7\n");

        IsRefused($"{path}:4:", ["-f", path]);
    }

    [Theory]
    [InlineData("--write-kubeconfig")]
    [InlineData("--cert-dir")]
    [InlineData("--data-dir")]
    public void A_place_that_cannot_be_written_to_is_an_error(string flag)
    {
        File.WriteAllText(_folder["file"], "");

        IsRefused(_folder["file"], ["-f", CommandLine.ReadPods, "--secure-port", "0", flag, Path.Combine(_folder["file"], "below")]);
    }

    private void IsRefused(string expected, string[] flags)
    {
        var outcome = CommandLine.Run(new Surroundings { Variables = { ["XDG_STATE_HOME"] = _folder["state"] } }, ["serve", .. flags]);

        Assert.Contains(expected, outcome.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Stderr, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Exit);
    }

    private static bool Listens(int port)
    {
        try
        {
            using var tcp = new TcpClient();
            tcp.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class BodyInTwoParts : HttpContent
    {
        private readonly (string First, Task Between, string Second) _parts;

        public BodyInTwoParts(string first, Task between, string second)
        {
            _parts = (first, between, second);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(_parts.First));
            await stream.FlushAsync();
            await _parts.Between;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(_parts.Second));
        }

        protected override bool TryComputeLength(out long length) => (length = -1) > 0;
    }
}

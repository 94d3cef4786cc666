using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace AuthzSim.Server.Tests.Faults;

/// <summary>Whatever is sent, the server answers others as before, and never says that it failed.</summary>
public sealed class MalformedRequestTests
{
    private const int Requests = 10_000;
    private const int AConnection = 50;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] _methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "LIST", "get", "", "P\u00e9"];

    private static readonly string[] _paths =
    [
        "/apis/authorization.k8s.io/v1/subjectaccessreviews", "/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/x", "/api/v1/namespaces", "/authorize", "/authenticate", "/audit", "/readyz", "/metrics",
        "/authzsim/v1/whocan?verb=get&resource=pods", "/authzsim/v1/eval", "/authzsim/v1/diff", "//", "/%zz", "/a%00b", "*", "/apis/rbac.authorization.k8s.io/v1/roles?limit=x&watch=1&timeoutSeconds=0",
    ];

    private static readonly string[] _types =
    [
        "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/json-patch+json", "application/merge-patch+json",
        "application/strategic-merge-patch+json", "application/apply-patch+yaml", "text/plain", "\u00ff", "",
    ];

    [Fact]
    public async Task No_malformed_request_makes_the_server_fail()
    {
        await using var server = await RunningServer.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var random = new Random(20261125);
        var answers = 0;
        for (var i = 0; i < Requests; i += AConnection)
        {
            answers += await SendManyAsync(server, random);
        }

        Assert.True(answers > Requests / 2, $"{answers} answers");
        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 64 << 20, $"{grown} bytes more");
    }

    [Fact]
    public async Task Clients_that_say_nothing_or_half_of_it_do_not_keep_others_waiting()
    {
        await using var server = await RunningServer.StartAsync();
        List<TcpClient> silent = [];
        for (var i = 0; i < 200; i++)
        {
            var tcp = new TcpClient();
            await tcp.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
            silent.Add(tcp);
        }

        var (half, stream) = await RawConnection.OpenAsync(server);
        await stream.WriteAsync("POST /authorize HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), Cancel);

        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);

        await stream.DisposeAsync();
        half.Dispose();
        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        await using var server = await RunningServer.StartAsync();

        var (code, body) = await server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", new string(' ', (3 << 20) + 1));

        Assert.Equal(413, code);
        Assert.Equal("RequestEntityTooLarge", (string?)body["reason"]);
    }

    [Fact]
    public async Task Json_without_bottom_is_refused()
    {
        await using var server = await RunningServer.StartAsync();

        foreach (var path in _paths.Where(p => p.Contains("review", StringComparison.Ordinal) || p.EndsWith("clusterroles", StringComparison.Ordinal)))
        {
            Assert.Equal(400, (await server.PostAsync(path, string.Concat(Enumerable.Repeat("{\"spec\":", 100_000)))).Code);
        }
    }

    private static async Task<int> SendManyAsync(RunningServer server, Random random)
    {
        var answers = 0;
        var (tcp, stream) = await RawConnection.OpenAsync(server);
        try
        {
            for (var i = 0; i < AConnection; i++)
            {
                var request = Request(random);
                await stream.WriteAsync(request, Cancel);
                if (await CodeOfAnswerAsync(stream, hasBody: !request.AsSpan().StartsWith("HEAD"u8)) is not { } code)
                {
                    await CloseAsync();
                    (tcp, stream) = await RawConnection.OpenAsync(server);
                    continue;
                }

                answers++;
                Assert.InRange(code, 200, 499);
            }
        }
        finally
        {
            await CloseAsync();
        }

        return answers;

        async Task CloseAsync()
        {
            await stream.DisposeAsync();
            tcp.Dispose();
        }
    }

    private static byte[] Request(Random random)
    {
        var body = Body(random);
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{Pick(_methods)} {Path()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin\r\nContent-Length: {body.Length}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: {Pick(_types)}\r\nAccept: {Pick(["application/json", "*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", ";;", ""])}\r\n");
        for (var i = random.Next(3); i > 0; i--)
        {
            head.Append(CultureInfo.InvariantCulture, $"{Pick(["Impersonate-User", "Impersonate-Extra-%zz", "X-\u00e4", "Expect", "User-Agent", "If-Match"])}: {Noise(random, 20)}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];

        string Pick(string[] from) => from[random.Next(from.Length)];

        string Path() => random.Next(4) == 0 ? "/" + Noise(random, 30) : Pick(_paths) + (random.Next(4) == 0 ? "?" + Noise(random, 20) : "");
    }

    private static byte[] Body(Random random)
    {
        const string Good = """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"x","labels":{"a":"b"}},"spec":{"user":"u","resourceAttributes":{"verb":"get"}},"rules":[{"verbs":["get"]}]}""";
        switch (random.Next(4))
        {
            case 0: return [];
            case 1:
                var noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return [.. random.Next(2) == 0 ? "k8s\0"u8 : [], .. noise];
            default:
                var text = Encoding.UTF8.GetBytes(Good);
                for (var i = random.Next(4); i > 0; i--)
                {
                    text[random.Next(text.Length)] = (byte)random.Next(256);
                }

                return text[..random.Next(text.Length + 1)];
        }
    }

    private static string Noise(Random random, int length) =>
        string.Concat(Enumerable.Range(0, random.Next(length)).Select(_ => (char)random.Next(0x21, 0x7f)));

    /// <summary>The code of the next answer; null when the server has closed the connection, as it may.</summary>
    private static async Task<int?> CodeOfAnswerAsync(SslStream stream, bool hasBody)
    {
        var buffer = new byte[1 << 16];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), Cancel);
                if (read == 0)
                {
                    return null;
                }

                filled += read;
                var head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (head >= 0)
                {
                    var code = int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture);

                    // The rest of an answer would have to be read first: the next request gets a connection of its own.
                    return code >= 500 ? code : hasBody && await IsWholeAsync(stream, buffer, filled, head) ? code : null;
                }
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<bool> IsWholeAsync(SslStream stream, byte[] buffer, int filled, int head)
    {
        var fields = Encoding.Latin1.GetString(buffer, 0, head).Split("\r\n");
        var field = fields.FirstOrDefault(f => f.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        if (field is null || fields.Any(f => f.Equals("Connection: close", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        var missing = head + 4 + int.Parse(field["Content-Length: ".Length..], CultureInfo.InvariantCulture) - filled;
        if (missing > 0)
        {
            await stream.ReadExactlyAsync(new byte[missing], Cancel);
        }

        return missing >= 0;
    }
}

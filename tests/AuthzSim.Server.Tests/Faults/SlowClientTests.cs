using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AuthzSim.Server.Tests.Faults;

/// <summary>Clients that take their time, or are half gone, are ended in the time that the limits say, and no other waits for them.</summary>
public sealed class SlowClientTests(ITestOutputHelper output)
{
    private const int OfAKind = 15;
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static readonly TimeSpan _headers = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _request = TimeSpan.FromSeconds(3);

    // The server looks at its clocks once a second, and the machine may have other things to do.
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_dawdles_is_ended_and_nobody_waits_for_it()
    {
        await using var server = await StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var end = new CancellationTokenSource();
        var others = Task.Run(() => LongestWaitAsync(server, end.Token), Cancel);

        (string Kind, TimeSpan Limit, Func<Task<string>> Run)[] kinds =
        [
            ("says nothing", _headers, () => RawAsync(server, [])),
            ("stops in the middle of the handshake", _headers, () => RawAsync(server, [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])),
            ("leaves the connection", _idle, () => SecureAsync(server, [])),
            ("leaves the connection after a request", _idle, () => SecureAsync(server, Head("GET /readyz", 0))),
            ("dribbles headers", _headers, () => SecureAsync(server, "GET /readyz HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray(), dribbles: true)),
            ("dribbles a body", _request, () => SecureAsync(server, Head($"POST {Reviews}", 1000), dribbles: true)),
            ("leaves a body", _request, () => SecureAsync(server, [.. Head($"POST {Reviews}", 1000), (byte)'{'])),
            ("sends no more after a request", TimeSpan.Zero, () => SecureAsync(server, Head("GET /readyz", 0), closes: true)),
            ("sends no more in a body", TimeSpan.Zero, () => SecureAsync(server, [.. Head($"POST {Reviews}", 1000), (byte)'{'], closes: true)),
            ("leaves an HTTP/2 connection", _idle, () => SecureAsync(server, RawConnection.Http2Preface(), isHttp2: true)),
            ("leaves HTTP/2 headers", _headers, () => SecureAsync(server, [.. RawConnection.Http2Preface(), .. RawConnection.Http2Get("/readyz", isWhole: false)], isHttp2: true)),
        ];
        var clients = kinds.Select(k => Task.WhenAll(Enumerable.Range(0, OfAKind).Select(_ => TimedAsync(k.Run)))).ToList();
        await Task.Delay(1500, Cancel);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        var ends = await Task.WhenAll(clients);
        await end.CancelAsync();
        var (asked, longest) = await others;

        foreach (var ((kind, limit, _), ended) in kinds.Zip(ends))
        {
            output.WriteLine($"{kind}: ended after {ended.Min(e => e.After).TotalSeconds:f1} to {ended.Max(e => e.After).TotalSeconds:f1} s, answered {string.Join(", ", ended.Select(e => e.Answer).Distinct())}");
            Assert.All(ended, e => Assert.True(e.After < limit + _slack, $"{kind}: ended after {e.After}"));
        }

        output.WriteLine($"others: {asked} answers, the slowest after {longest.TotalMilliseconds:f0} ms; {grown >> 10} KiB more memory with {kinds.Length * OfAKind} connections");
        Assert.All(ends[4], e => Assert.Equal("408", e.Answer));
        Assert.All([.. ends[5], .. ends[6]], e => Assert.Equal("504", e.Answer));
        Assert.All(ends[3], e => Assert.Equal("200", e.Answer));
        Assert.True(longest < TimeSpan.FromSeconds(5), $"somebody waited {longest}");
        Assert.True(grown < 64 << 20, $"{grown} bytes more");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_that_is_not_read_is_cut_off(bool isHttp2)
    {
        const string Path = "/apis/rbac.authorization.k8s.io/v1/clusterroles?watch=1";
        await using var server = await StartAsync();
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(201, (await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", LargeRole($"large{i}"))).Code);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (tcp, stream) = await RawConnection.OpenAsync(server, isHttp2);
        await stream.WriteAsync(isHttp2 ? [.. RawConnection.Http2Preface(), .. RawConnection.Http2Get(Path)] : Head("GET " + Path, 0), Cancel);
        var waiting = Stopwatch.StartNew();
        await UntilAsync(async () => await InFlightAsync(server) == 2, "it does not watch");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, $"/apis/rbac.authorization.k8s.io/v1/clusterroles/large{i}")).Code);
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        await UntilAsync(async () => await InFlightAsync(server) == 1, "it still watches");
        var cutOff = waiting.Elapsed;
        var read = (await ReadToEndAsync(stream)).Length;
        output.WriteLine($"cut off after {cutOff.TotalSeconds:f1} s and ended after {waiting.Elapsed.TotalSeconds:f1} s, with {read >> 10} KiB on the way; {grown >> 10} KiB more memory");
        Assert.True(cutOff < _request + _slack, $"cut off after {cutOff}");
        Assert.True(waiting.Elapsed < _request + _idle + _slack, $"ended after {waiting.Elapsed}");
        Assert.True(grown < 32 << 20, $"{grown} bytes more");
        await stream.DisposeAsync();
        tcp.Dispose();
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_there_is_room_again_when_others_end()
    {
        const int Most = 20;
        await using var server = await StartAsync(o => o with { MaxConnections = Most });
        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);
        var held = Enumerable.Range(1, Most - 1).Select(_ => SecureAsync(server, [])).ToList();
        await UntilAsync(async () => !await IsTakenAsync(server), "there is no limit");

        Assert.Equal(200, (await server.GetAsync("/readyz")).Code);
        Assert.False(await IsTakenAsync(server));
        await Task.WhenAll(held);
        await UntilAsync(() => IsTakenAsync(server), "there is no room again");
    }

    [Fact]
    public async Task Too_much_is_refused_in_clear_words()
    {
        await using var server = await StartAsync(o => o with { MaxRequestBodyBytes = 1000, MaxHeaderBytes = 4096 });

        var (code, body) = await server.PostAsync(Reviews, new string(' ', 1001));
        Assert.Equal((413, "Request entity too large: limit is 1000"), (code, (string?)body["message"]));
        Assert.Equal("414", await SecureAsync(server, Head("GET /" + new string('a', 5000), 0)));
        Assert.Equal("431", await SecureAsync(server, Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 5000)}\r\n\r\n")));
        Assert.Equal(400, (await server.PostAsync(Reviews, new string(' ', 1000))).Code);
    }

    private static Task<RunningServer> StartAsync(Func<ServerOptions, ServerOptions>? configure = null) =>
        RunningServer.StartAsync(configure: o => (configure ?? (x => x))(o with { HeaderTimeout = _headers, IdleTimeout = _idle, RequestTimeout = _request }));

    private static async Task<(TimeSpan After, string Answer)> TimedAsync(Func<Task<string>> run)
    {
        var waiting = Stopwatch.StartNew();
        var answer = await run();
        return (waiting.Elapsed, answer);
    }

    private static async Task<string> RawAsync(RunningServer server, byte[] said)
    {
        using var tcp = await RawConnection.OpenTcpAsync(server);
        await tcp.GetStream().WriteAsync(said, Cancel);
        await ReadToEndAsync(tcp.GetStream());
        return "";
    }

    /// <summary>Says something, perhaps goes on slowly or says that there is no more, and waits until the server ends it; gives back the code of its answer.</summary>
    private static async Task<string> SecureAsync(RunningServer server, byte[] said, bool dribbles = false, bool closes = false, bool isHttp2 = false)
    {
        var (tcp, stream) = await RawConnection.OpenAsync(server, isHttp2);
        try
        {
            await stream.WriteAsync(said, Cancel);
            if (closes)
            {
                tcp.Client.Shutdown(SocketShutdown.Send);
            }

            var reading = ReadToEndAsync(stream);
            while (dribbles && !reading.IsCompleted)
            {
                await Task.WhenAny(reading, Task.Delay(200, Cancel));
                try
                {
                    await stream.WriteAsync("a"u8.ToArray(), Cancel);
                }
                catch (IOException)
                {
                    break;
                }
            }

            var answer = await reading;
            return answer.Length > 12 && answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? answer[9..12] : "";
        }
        finally
        {
            await stream.DisposeAsync();
            tcp.Dispose();
        }
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, Cancel);
        }
        catch (IOException)
        {
            // It was cut off.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    private static byte[] Head(string what, int length) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"));

    /// <summary>Asks as everybody does, again and again, also by new connections.</summary>
    private static async Task<(int Asked, TimeSpan Longest)> LongestWaitAsync(RunningServer server, CancellationToken end)
    {
        var (asked, longest) = (0, TimeSpan.Zero);
        while (!end.IsCancellationRequested)
        {
            using var newcomer = server.NewClient("admin");
            foreach (var client in (HttpClient[])[server.Client, newcomer])
            {
                var waiting = Stopwatch.StartNew();
                Assert.Equal(201, (await server.SendAsync(HttpMethod.Post, Reviews, """{"spec": {"user": "u", "nonResourceAttributes": {"verb": "get", "path": "/x"}}}""", client: client)).Code);
                longest = waiting.Elapsed > longest ? waiting.Elapsed : longest;
                asked++;
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return (asked, longest);
    }

    private static async Task<bool> IsTakenAsync(RunningServer server)
    {
        try
        {
            var (tcp, stream) = await RawConnection.OpenAsync(server);
            using (tcp)
            {
                await stream.DisposeAsync();
                return true;
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return false;
        }
    }

    private static async Task<int> InFlightAsync(RunningServer server)
    {
        using var client = server.NewClient("admin");
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        var line = text.Split('\n').Single(l => l.StartsWith("apiserver_current_inflight_requests ", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        for (var waiting = Stopwatch.StartNew(); !await condition(); await Task.Delay(50, Cancel))
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(30), otherwise);
        }
    }

    private static string LargeRole(string name) =>
        $$"""{"metadata": {"name": "{{name}}"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], "resourceNames": [{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"a-pod-of-many-{i}\""))}}]}]}""";
}

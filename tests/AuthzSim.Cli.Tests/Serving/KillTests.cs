using System.Globalization;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>
/// <c>kill -9</c> while clients write, again and again over the same data directory. <c>AUTHZSIM_FAULT_ROUNDS</c> says how often;
/// with 50 some 12,000 writes are acknowledged.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const int LeastARound = 150;
    private const int MostARound = 350;
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    private const string Bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";

    private static int Rounds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("AUTHZSIM_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 8;

    [Fact]
    public async Task Every_acknowledged_write_outlasts_a_kill_and_nothing_is_half_there()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["served"]);
        var random = new Random(20261125);
        var owned = Enumerable.Range(0, Clients).Select(c => new OwnedObjects(c, random.Next())).ToList();
        long seen = 0;
        for (var round = 0; round < Rounds; round++)
        {
            if (round % 4 == 0)
            {
                await KillWhileItStarts(folder, random);
            }

            await using var server = await StartAsync(folder);
            using var client = server.NewClient();
            await Check(client, owned, seen);
            seen = Math.Max(seen, await WriteUntilKilled(server, owned, random));
        }

        await using (var last = await StartAsync(folder))
        {
            using var client = last.NewClient();
            await Check(client, owned, seen);
        }

        var acknowledged = owned.Sum(o => o.Acknowledged);
        var (made, lost) = (owned.Sum(o => o.Unanswered.Made), owned.Sum(o => o.Unanswered.Lost));
        output.WriteLine($"{Rounds} kills: {acknowledged} acknowledged writes were there, of those without an answer {made} were made and {lost} were not");
        Assert.True(acknowledged >= Rounds * LeastARound, $"{acknowledged} acknowledged writes prove too little");
        Assert.True(made + lost > 0, "no kill came while something was written");
    }

    private static Task<ServeProcess> StartAsync(TemporaryFolder folder) =>
        ServeProcess.StartAsync(folder["served"], ["-f", CommandLine.ReadPods, "--data-dir", folder["data"]]);

    private static async Task KillWhileItStarts(TemporaryFolder folder, Random random)
    {
        await using var starting = ServeProcess.Launch(folder["served"], ["-f", CommandLine.ReadPods, "--data-dir", folder["data"]]);
        await Task.Delay(random.Next(1500));
        await starting.KillAsync();
    }

    /// <summary>The clients write, somebody watches, and the server is killed; gives back the greatest version that was seen.</summary>
    private static async Task<long> WriteUntilKilled(ServeProcess server, List<OwnedObjects> owned, Random random)
    {
        var (acknowledged, enough) = (0, random.Next(LeastARound, MostARound));
        var killAt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, owned.Count + 1).Select(_ => server.NewClient()).ToList();
        var watch = Watch(clients[^1]);
        try
        {
            var writers = owned.Select((o, i) => Task.Run(() => o.WriteAsync(clients[i], () =>
            {
                if (Interlocked.Increment(ref acknowledged) == enough)
                {
                    killAt.SetResult();
                }
            }))).ToList();
            await await Task.WhenAny([killAt.Task, .. writers]);
            await Task.Delay(random.Next(5));
            await server.KillAsync();
            await Task.WhenAll(writers);
            return await watch;
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    private static async Task<long> Watch(HttpClient client)
    {
        long seen = 0;
        try
        {
            using var stream = new StreamReader(await client.GetStreamAsync(new Uri(client.BaseAddress!, Roles + "?watch=1")));
            while (await stream.ReadLineAsync() is { } line)
            {
                seen = Math.Max(seen, OwnedObjects.VersionOf(JsonNode.Parse(line)!["object"]!));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            // The server was killed, perhaps in the middle of a line.
        }

        return seen;
    }

    private static async Task Check(HttpClient client, List<OwnedObjects> owned, long seen)
    {
        Dictionary<(string, string), JsonObject> found = [];
        foreach (var path in (string[])[Roles, Bindings])
        {
            var (code, list) = await ServeProcess.SendAsync(client, HttpMethod.Get, path);
            Assert.Equal(200, code);
            var version = OwnedObjects.VersionOf(list);
            Assert.True(version >= seen, $"{version} is less than {seen}, which a watch has shown");
            Assert.True(version >= owned.Max(o => o.Version), $"{version} is less than {owned.Max(o => o.Version)}, which was acknowledged");
            foreach (var item in list["items"]!.AsArray())
            {
                Assert.True(OwnedObjects.VersionOf(item!) <= version);
                found.Add((path[(path.LastIndexOf('/') + 1)..], (string)item!["metadata"]!["name"]!), OwnedObjects.Bare(item));
            }
        }

        owned.ForEach(o => o.Check(found));
        Assert.Equal(owned.Sum(o => o.Versions.Count), owned.SelectMany(o => o.Versions).Distinct().Count());
    }
}

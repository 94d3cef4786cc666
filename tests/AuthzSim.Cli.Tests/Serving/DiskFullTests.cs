using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests.Serving;

/// <summary>
/// A disk that is full refuses writes and nothing else: what was acknowledged stays, what was refused is nowhere, and when there is
/// room again writing goes on. Fullness is real: a limit on the size of files (EFBIG), or a small file system (ENOSPC).
/// </summary>
public sealed class DiskFullTests : IDisposable
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    private const int Room = 64 << 10;

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, JsonObject> _acknowledged = new(StringComparer.Ordinal);

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_that_may_grow_no_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Succeeds("prlimit", "--version"), "there is no prlimit here");
        await WriteUntilFullAndFreed(
            ["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"],
            (_, data) => data,
            (server, data) => Limit(server, $"{new DirectoryInfo(data).EnumerateFiles().Max(f => f.Length) + Room}"),
            (server, _) => Limit(server, "unlimited"));

        static void Limit(ServeProcess server, string bytes) =>
            Assert.True(Succeeds("prlimit", $"--pid={server.Id}", $"--fsize={bytes}:unlimited"), "the limit cannot be set");
    }

    [Fact]
    public async Task A_file_system_without_room()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Succeeds("unshare", "-rm", "mount", "-t", "tmpfs", "none", Path.GetTempPath()), "a file system cannot be mounted here");
        Directory.CreateDirectory(Data);
        await WriteUntilFullAndFreed(
            ["unshare", "-rm", "bash", "-c", "mount -t tmpfs -o size=4m none \"$0\" && exec \"$@\"", Data],
            (server, data) => $"/proc/{server.Id}/root{data}",
            (_, data) => Fill(Path.Combine(data, "ballast")),
            (_, data) => File.Delete(Path.Combine(data, "ballast")));

        static void Fill(string ballast)
        {
            using var file = new FileStream(ballast, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                while (true)
                {
                    file.Write(new byte[4096]);
                }
            }
            catch (IOException)
            {
                file.SetLength(file.Length - Room);
            }
        }
    }

    /// <summary>The whole story, whatever makes the disk full.</summary>
    private async Task WriteUntilFullAndFreed(
        string[] wrapper, Func<ServeProcess, string, string> whereIsIt, Action<ServeProcess, string> fill, Action<ServeProcess, string> free)
    {
        await using var server = await ServeProcess.StartAsync(_folder["."], ["-f", CommandLine.ReadPods, "--data-dir", Data], wrapper);
        using var client = server.NewClient();
        var data = whereIsIt(server, Data);
        Assert.True(await Create(client, "before", 20) == 20, "there is room at first");

        fill(server, data);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(c => Create(client, $"full{c}", 25)));
        Assert.True(made.Sum() < 100, "the disk was not full");
        await Refuse(client);
        await Agree(client);
        Assert.Equal(200, (await ServeProcess.SendAsync(client, HttpMethod.Get, "/readyz")).Code);
        await Ask(client);

        await AgreeAfterRestart(data, "while-full");

        free(server, data);
        Assert.True(await Create(client, "after", 20) == 20, "there is room again");
        Assert.Equal(200, (await ServeProcess.SendAsync(client, HttpMethod.Delete, $"{Roles}/before0")).Code);
        _acknowledged.Remove("before0", out _);
        await Agree(client);

        await AgreeAfterRestart(data, "after");
    }

    /// <summary>Creates roles; gives back how many were made, the others were refused as a server refuses what it cannot store.</summary>
    private async Task<int> Create(HttpClient client, string prefix, int count)
    {
        var made = 0;
        for (var i = 0; i < count; i++)
        {
            var (code, answer) = await ServeProcess.SendAsync(client, HttpMethod.Post, Roles, Role($"{prefix}{i}", 500));
            if (code == 201)
            {
                made++;
                _acknowledged[$"{prefix}{i}"] = OwnedObjects.Bare(answer);
            }
            else
            {
                IsRefused(code, answer);
            }
        }

        return made;
    }

    /// <summary>No way of writing gets through any more, and none leaves anything behind.</summary>
    private static async Task Refuse(HttpClient client)
    {
        var large = Role("before0", 20_000);
        foreach (var (method, path, body, type) in ((HttpMethod, string, JsonObject, string)[])
        [
            (HttpMethod.Post, Roles, Role("refused", 20_000), "application/json"),
            (HttpMethod.Put, $"{Roles}/before0", large, "application/json"),
            (HttpMethod.Patch, $"{Roles}/before0", large, "application/merge-patch+json"),
            (HttpMethod.Patch, $"{Roles}/before0?fieldManager=a&force=true", Applied(large), "application/apply-patch+yaml"),
        ])
        {
            var (code, answer) = await ServeProcess.SendAsync(client, method, path, body, type);
            IsRefused(code, answer);
        }
    }

    /// <summary>What the server lists is what was acknowledged.</summary>
    private async Task Agree(HttpClient client)
    {
        var (code, list) = await ServeProcess.SendAsync(client, HttpMethod.Get, Roles);
        Assert.Equal(200, code);
        var items = list["items"]!.AsArray().ToDictionary(i => (string)i!["metadata"]!["name"]!, i => OwnedObjects.Bare(i!));
        Assert.Equal(_acknowledged.Keys.Order(StringComparer.Ordinal), items.Keys.Order(StringComparer.Ordinal));
        Assert.All(items, i => Assert.True(JsonNode.DeepEquals(_acknowledged[i.Key], i.Value), $"{_acknowledged[i.Key].ToJsonString()}\n{i.Value.ToJsonString()}"));
    }

    /// <summary>What lies on the disk is what was acknowledged: a server that starts with a copy of it has that.</summary>
    private async Task AgreeAfterRestart(string data, string name)
    {
        var copy = Directory.CreateDirectory(_folder[name]);
        foreach (var file in new DirectoryInfo(data).EnumerateFiles("authzsim.db*").Where(f => !f.Name.EndsWith("-shm", StringComparison.Ordinal)))
        {
            file.CopyTo(Path.Combine(copy.FullName, file.Name));
        }

        await using var again = await ServeProcess.StartAsync(copy.FullName, ["-f", CommandLine.ReadPods, "--data-dir", copy.FullName]);
        using var client = again.NewClient();
        await Agree(client);
    }

    private static async Task Ask(HttpClient client)
    {
        var (code, review) = await ServeProcess.SendAsync(client, HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", new JsonObject
        {
            ["spec"] = new JsonObject { ["user"] = "myuser", ["resourceAttributes"] = new JsonObject { ["verb"] = "list", ["resource"] = "pods", ["namespace"] = "default" } },
        });
        Assert.Equal(201, code);
        Assert.True((bool)review["status"]!["allowed"]!);
    }

    private static void IsRefused(int code, JsonNode answer)
    {
        Assert.True(code == 500, answer.ToJsonString());
        Assert.Equal(("Status", "Failure", "InternalError"), ((string?)answer["kind"], (string?)answer["status"], (string?)answer["reason"]));
        Assert.Contains("the change could not be written to the data directory", (string?)answer["message"], StringComparison.Ordinal);
    }

    private static JsonObject Role(string name, int names) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("pods"),
            ["verbs"] = new JsonArray("get"),
            ["resourceNames"] = new JsonArray([.. Enumerable.Range(0, names).Select(i => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"pod-{i:d12}"))]),
        }),
    };

    private static JsonObject Applied(JsonObject role)
    {
        var applied = role.DeepClone().AsObject();
        (applied["apiVersion"], applied["kind"]) = ("rbac.authorization.k8s.io/v1", "Role");
        return applied;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

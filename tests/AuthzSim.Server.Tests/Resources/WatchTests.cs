using System.Text.Json.Nodes;

namespace AuthzSim.Server.Tests.Resources;

/// <summary>Watches over HTTPS.</summary>
public sealed class WatchTests
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";

    [Fact]
    public async Task A_watch_from_the_beginning_replays_to_the_list()
    {
        await using var server = await RunningServer.StartAsync();
        using var watch = await WatchedObjects.OpenAsync(server, Roles + "?watch=true");
        for (var i = 0; i < 20; i++)
        {
            await server.PostAsync(Roles, $$"""{"metadata":{"name":"r{{i}}"},"rules":[]}""");
            if (i % 3 == 0)
            {
                await server.SendAsync(HttpMethod.Put, $"{Roles}/r{i}", $$$"""{"metadata":{"name":"r{{{i}}}","labels":{"n":"{{{i}}}"}},"rules":[]}""");
            }

            if (i % 4 == 0)
            {
                await server.SendAsync(HttpMethod.Delete, $"{Roles}/r{i}");
            }
        }

        var list = (await server.GetAsync(Roles)).Body;
        await watch.ReadUntilAsync(20 + 7 + 5);

        Assert.Equal(
            list["items"]!.AsArray().Select(i => i!["metadata"]!.ToJsonString()),
            watch.Objects.Values.Select(o => o["metadata"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_watch_goes_on_where_a_list_ended_and_selects()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Roles, """{"metadata":{"name":"before"},"rules":[]}""");
        var version = (string)(await server.GetAsync(Roles)).Body["metadata"]!["resourceVersion"]!;
        await server.PostAsync(Roles, """{"metadata":{"name":"other"},"rules":[]}""");
        await server.PostAsync(Roles, """{"metadata":{"name":"one","labels":{"a":"b"}},"rules":[]}""");
        await server.SendAsync(HttpMethod.Put, $"{Roles}/one", """{"metadata":{"name":"one"},"rules":[]}""");

        using var watch = await WatchedObjects.OpenAsync(server, $"{Roles}?watch=1&labelSelector=a%3Db&resourceVersion={version}");
        await watch.ReadUntilAsync(2);

        Assert.Equal(["ADDED one", "DELETED one"], watch.Events);
    }

    [Fact]
    public async Task A_version_that_is_forgotten_is_too_old()
    {
        await using var server = await RunningServer.StartAsync();

        using var watch = await WatchedObjects.OpenAsync(server, Roles + "?watch=1&resourceVersion=1");
        var error = JsonNode.Parse((await watch.ReadLineAsync())!)!;

        Assert.Equal("ERROR", (string?)error["type"]);
        Assert.Equal(410, (int)error["object"]!["code"]!);
        Assert.StartsWith("too old resource version: 1 (", (string?)error["object"]!["message"], StringComparison.Ordinal);
        Assert.Null(await watch.ReadLineAsync());
    }

    [Fact]
    public async Task The_end_of_the_initial_events_is_marked()
    {
        await using var server = await RunningServer.StartAsync();
        await server.PostAsync(Roles, """{"metadata":{"name":"one"},"rules":[]}""");

        using var watch = await WatchedObjects.OpenAsync(
            server, Roles + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        await watch.ReadUntilAsync(1);
        var bookmark = JsonNode.Parse((await watch.ReadLineAsync())!)!;

        Assert.Equal("BOOKMARK", (string?)bookmark["type"]);
        Assert.Equal("true", (string?)bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
        Assert.Equal(422, (await server.GetAsync(Roles + "?watch=1&resourceVersionMatch=NotOlderThan")).Code);
    }

    [Fact]
    public async Task A_watch_ends_with_its_time_and_with_the_server()
    {
        await using var server = await RunningServer.StartAsync();
        using var timed = await WatchedObjects.OpenAsync(server, Roles + "?watch=1&timeoutSeconds=1");
        Assert.Null(await timed.ReadLineAsync());

        using var open = await WatchedObjects.OpenAsync(server, Roles + "?watch=1");
        await server.StopAsync();
        Assert.Null(await open.ReadLineAsync());
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using FsCheck.Xunit;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Server.Tests.Shadow;

/// <summary>A candidate beside the policy that is served.</summary>
public sealed class ShadowTests
{
    private const string List = "/authzsim/v1/divergences";

    [Property(MaxTest = 2)]
    public async Task What_is_counted_is_where_the_two_policies_differ(int seed)
    {
        var fleet = Given.Fleet(seed);
        var policy = fleet.ToPolicySet();
        var other = policy with { RoleBindings = [.. policy.RoleBindings.Where((_, i) => i % 2 == 0)], ClusterRoleBindings = [] };
        var (before, after) = (CompiledPolicy.Compile(policy), CompiledPolicy.Compile(other));
        using var logged = new Logged();
        await using var server = await RunningServer.StartAsync(policy, o => o with { ReconcilesDefaultPolicy = false, Candidate = other, Logging = l => l.AddProvider(logged) });
        var requests = fleet.Requests(300).Where(r => !r.User.Groups.Contains(RbacNames.SystemMasters)).ToList();

        foreach (var (i, request) in requests.Index())
        {
            var path = i % 2 == 0 ? "/authorize" : "/apis/authorization.k8s.io/v1/subjectaccessreviews";
            await server.PostAsync(path, Given.Review(request).ToJsonString());
        }

        var lost = requests.Count(r => before.Check(r).IsAllowed && !after.Check(r).IsAllowed);
        var (code, list) = await server.GetAsync(List);
        Assert.Equal(200, code);
        Assert.True(lost > 0);
        Assert.Equal(lost, (long)list["nowDenied"]!);
        Assert.Equal(0, (long)list["nowAllowed"]!);
        Assert.Equal(lost, list["items"]!.AsArray().Sum(g => (long)g!["count"]!));
        Assert.Contains($"authzsim_shadow_divergences_total{{direction=\"now_denied\"}} {lost}\n", (string?)(await server.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Equal(lost, logged.Lines.Count(l => (string?)JsonNode.Parse(l)!["direction"] == "nowDenied"));
    }

    [Fact]
    public async Task The_servers_own_requests_are_compared()
    {
        var candidate = Given.Policy(Path.Combine(Given.Root, "fixtures", "examples", "read-pods"));
        await using var server = await RunningServer.StartAsync(configure: o => o with { Candidate = candidate with { ClusterRoleBindings = [], RoleBindings = [] } });
        using var alice = server.NewClient("alice");

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "/version", client: alice)).Code);

        var item = Assert.Single((await server.GetAsync(List)).Body["items"]!.AsArray())!;
        Assert.Equal("nowDenied", (string?)item["direction"]);
        Assert.Equal("alice", (string?)item["user"]);
        Assert.Equal("/version", (string?)item["path"]);
        Assert.Equal("server", (string?)item["example"]!["source"]);
        Assert.True((bool)item["example"]!["served"]!["allowed"]!);
    }

    [Fact]
    public async Task Audit_events_are_put_to_the_candidate_once_each()
    {
        await using var server = await RunningServer.StartAsync(configure: o => o with { Candidate = DefaultPolicyOnly });
        var events = $"{{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{{}},\"items\":[{Event("a1", "RequestReceived")},{Event("a1", "ResponseStarted")},{Event("a1", "ResponseComplete")},{Event("a2", "ResponseComplete", "shop")}]}}";

        var (code, body) = await server.PostAsync("/audit?timeout=30s", events);
        var (_, list) = await server.GetAsync(List);

        Assert.Equal(200, code);
        Assert.Equal(4, (int)body["events"]!);
        Assert.Equal(2, (long)list["nowDenied"]!);
        var items = list["items"]!.AsArray();
        Assert.Equal(["shop", "default"], items.Select(i => (string)i!["namespace"]!));
        Assert.Equal("2026-01-02T03:04:05Z", (string?)items[0]!["first"]);
        Assert.Equal("audit", (string?)items[0]!["example"]!["source"]);
    }

    [Fact]
    public async Task Old_groups_make_room_for_new_ones_and_are_counted()
    {
        await using var server = await RunningServer.StartAsync(configure: o => o with { Candidate = DefaultPolicyOnly });
        var events = string.Join('\n', Enumerable.Range(0, 1500).Select(i => Event($"id-{i}", "ResponseComplete", $"n{i}")));

        Assert.Equal(200, (await server.PostAsync("/audit", events)).Code);
        var (_, list) = await server.GetAsync(List);

        var items = list["items"]!.AsArray();
        Assert.Equal(1000, items.Count);
        Assert.Equal("n1499", (string?)items[0]!["namespace"]);
        Assert.Equal(500, (long)list["dropped"]!["groups"]!);
        Assert.Equal(500, (long)list["dropped"]!["requests"]!);
        Assert.Equal(1500, (long)list["nowDenied"]!);
    }

    [Theory]
    [InlineData("[{]")]
    [InlineData("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"verb":7}]}""")]
    [InlineData("\u001f\u008b")]
    public async Task What_is_no_event_is_refused(string body)
    {
        await using var server = await RunningServer.StartAsync(configure: o => o with { Candidate = DefaultPolicyOnly });

        var (code, status) = await server.PostAsync("/audit", body);

        Assert.Equal(400, code);
        Assert.StartsWith("line ", (string?)status["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_candidate_there_is_nothing_to_compare()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Equal(404, (await server.GetAsync(List)).Code);
        Assert.Equal(404, (await server.PostAsync("/audit", "{}")).Code);
        Assert.DoesNotContain("authzsim_shadow", (string?)(await server.GetAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    private static PolicySet DefaultPolicyOnly => Formats.DefaultPolicy.Kubernetes136;

    private static string Event(string id, string stage, string @namespace = "default") =>
        $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{{id}}}","stage":"{{{stage}}}","requestURI":"/api/v1/namespaces/{{{@namespace}}}/pods?watch=true","verb":"watch","user":{"username":"eve","groups":["system:authenticated"]},"objectRef":{"resource":"pods","namespace":"{{{@namespace}}}","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-01-02T03:04:05.000000Z","stageTimestamp":"2026-01-02T03:04:05.000000Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by x"}}""";

    /// <summary>Keeps what is logged of divergences.</summary>
    private sealed class Logged : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "Divergence")
            {
                Lines.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}

using AuthzSim.Audit;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Formats.Audit;
using AuthzSim.Replay;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>
/// audit.log.gz: what the server of cluster.json decided on random traffic. It ran the Node authorizer before RBAC, which has
/// its say on requests of nodes: where it allowed one, or gave its own reason, RBAC alone has nothing to compare.
/// </summary>
public sealed class AuditVectorTests
{
    private const string File = "audit.log.gz";
    private const string RbacReason = "RBAC: ";

    private readonly CompiledPolicy _policy = CompiledPolicy.Compile(VectorObjects.Cluster(Vectors.ReadJson("cluster.json")));
    private readonly List<AuditEvent> _events = [.. new AuditLogReader([Vectors.PathOf(File)], new AuditLogOptions()).Read()];

    [Fact]
    public void Every_decision_and_reason_is_reproduced_but_for_those_of_the_node_authorizer()
    {
        var authorizer = new UnionAuthorizer(new SystemMastersAuthorizer(), _policy);
        var mismatches = new Mismatches(File);
        var (byNode, compared) = (0, 0);
        foreach (var @event in _events)
        {
            Assert.NotNull(@event.AnnotatedDecision);
            if (IsOfNodeAuthorizer(@event))
            {
                byNode++;
                continue;
            }

            compared++;
            var result = authorizer.Authorize(@event.ToAttributes());
            mismatches.Compare(
                $"{@event.AuditId} {@event.Location}",
                $"{@event.Decision} {OneOf(@event.Reason, @event)}",
                $"{(result.IsAllowed ? AuditDecision.Allow : AuditDecision.Forbid)} {OneOf(result.Reason, @event)}");
        }

        mismatches.AssertNone();
        var nodes = _events.Count(e => WellKnownUsers.IsNode(e.EffectiveUser.Name));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_events.Count} events: {compared} compared, {byNode} left to the Node authorizer, of {nodes} of nodes");
        Assert.InRange(byNode, 1, nodes);
        Assert.True(compared > _events.Count * 0.95);
    }

    [Fact]
    public void Replay_finds_no_difference_and_counts_each_request_once()
    {
        var replay = new AuditReplay(null, _policy, new ReplayFilter());
        _events.ForEach(replay.Add);
        var result = replay.ToResult();
        var decided = _events.Where(e => !(IsOfNodeAuthorizer(e) && e.Decision == AuditDecision.Allow)).ToList();

        Assert.Empty(result.Groups);
        Assert.Equal(decided.Select(e => e.AuditId).Distinct().Count(), result.Compared);
        Assert.Equal(result.Compared, result.Equal);
        Assert.Equal(_events.Count, result.Uses.Sum());
    }

    [Fact]
    public void What_the_url_says_is_what_the_server_made_of_it()
    {
        var mismatches = new Mismatches(File);
        foreach (var (@event, json) in _events.Zip(Vectors.ReadJsonLines(File)))
        {
            var request = @event.ToAttributes();
            var hasObject = json.TryGetProperty("objectRef", out var told);
            mismatches.Compare(
                $"{@event.AuditId} {@event.RequestUri}",
                hasObject
                    ? $"{told.Text("resource")}/{told.Text("subresource")} {told.Text("apiGroup")} {told.Text("namespace")} {told.Text("name")}"
                    : $"path {json.Text("requestURI").Split('?')[0]}",
                request.IsResourceRequest
                    ? $"{request.Resource}/{request.Subresource} {request.ApiGroup} {request.Namespace} {request.Name}"
                    : $"path {request.Path}");
        }

        mismatches.AssertNone();
    }

    /// <summary>It allows without a reason, and its reasons are not RBAC's.</summary>
    private static bool IsOfNodeAuthorizer(AuditEvent @event) =>
        WellKnownUsers.IsNode(@event.EffectiveUser.Name)
        && (@event.Decision == AuditDecision.Allow
            ? !@event.Reason.StartsWith(RbacReason, StringComparison.Ordinal)
            : @event.Reason.Length > 0 && !@event.Reason.StartsWith(RbacReason, StringComparison.Ordinal));

    /// <summary>Of several bindings that allow, the server names any one: then the kind of reason has to do.</summary>
    private static string OneOf(string reason, AuditEvent @event) =>
        @event.Decision == AuditDecision.Allow && reason.StartsWith(RbacReason, StringComparison.Ordinal) ? "RBAC: allowed by" : reason;
}

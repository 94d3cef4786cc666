using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>Parts of a set in words.</summary>
public sealed class AccessTextTests
{
    private static readonly AccessSet _pods = AccessSet.ClusterWide(Make.Rule("get", "pods"));
    private static readonly AccessSet _nodesProxy = AccessSet.ClusterWide(Make.Rule("get", "nodes/proxy"));

    // Only the risk of it is a set at the cluster scope alone.
    private static readonly AccessSet _atClusterScope = AccessRisks.Of(_nodesProxy).Single(r => r.Code == RiskCodes.NodesProxy).Access;

    [Fact]
    public void Scopes()
    {
        Assert.Equal("everywhere", ScopeOf(_pods));
        Assert.Equal("in namespace shop", ScopeOf(In("shop", "pods")));
        Assert.Equal("in namespaces a, b", ScopeOf(In("b", "pods").Union(In("a", "pods"))));
        Assert.Equal("at the cluster scope", ScopeOf(_atClusterScope));
        Assert.Equal("in namespace shop and at the cluster scope", ScopeOf(_atClusterScope.Union(In("shop", "nodes/proxy"))));
        Assert.Equal("everywhere but in namespace shop", ScopeOf(_pods.Except(In("shop", "pods"))));
        Assert.Equal("everywhere but in namespaces a, b", ScopeOf(_pods.Except(In("a", "pods")).Except(In("b", "pods"))));
        Assert.Equal("everywhere but at the cluster scope", ScopeOf(_nodesProxy.Except(_atClusterScope)));
        Assert.Equal("everywhere but in namespace shop and at the cluster scope", ScopeOf(_nodesProxy.Except(_atClusterScope).Except(In("shop", "nodes/proxy"))));
        Assert.Equal("on URLs", ScopeOf(AccessSet.ClusterWide(Make.Url("get", "/healthz"))));
        Assert.Equal("in namespace \"a b\"", ScopeOf(In("a b", "pods")));
    }

    [Fact]
    public void Groups()
    {
        Assert.Equal("[get] pods", Action("get", "pods"));
        Assert.Equal("[get] deployments in apps", Action("get", "deployments", "apps"));
        Assert.Equal("[get] pods in core, apps", Action(new PolicyRule { Verbs = ["get"], ApiGroups = ["apps", ""], Resources = ["pods"] }));
        Assert.Equal("[get] pods in all API groups", Action("get", "pods", "*"));
        Assert.Equal(
            "[get] pods in all API groups except core, apps",
            Action(AccessSet.ClusterWide(Make.Rule("get", "pods", "*")).Except(_pods).Except(AccessSet.ClusterWide(Make.Rule("get", "pods", "apps")))));
    }

    [Fact]
    public void Names()
    {
        var everyPod = _pods;
        var named = AccessSet.ClusterWide(Make.Rule("get", "pods", "", "a", "b"));
        var unnamed = everyPod.Except(named);
        Assert.Equal("[get] pods named a, b", Action(named));
        Assert.Equal("[get] pods except those named a, b", Action(unnamed));
        Assert.Equal("[get] pods named \"a b\"", Action("get", "pods", "", "a b"));
    }

    [Fact]
    public void Names_and_their_absence()
    {
        // A rule's name "" is a request without a name.
        var nameless = AccessSet.ClusterWide(Make.Rule("get", "pods", "", ""));
        var named = AccessSet.ClusterWide(Make.Rule("get", "pods", "", "a"));
        Assert.Equal("[get] pods without a name", Action(nameless));
        Assert.Equal("[get] pods named a, or without a name", Action(nameless.Union(named)));
        Assert.Equal("[get] pods of any name, but only named", Action(_pods.Except(nameless)));
        Assert.Equal("[get] pods except those named a and requests without a name", Action(_pods.Except(nameless).Except(named)));
    }

    [Fact]
    public void Verbs()
    {
        Assert.Equal("[get list] pods", Action(new PolicyRule { Verbs = ["list", "get"], ApiGroups = [""], Resources = ["pods"] }));
        Assert.Equal("[*] pods", Action("*", "pods"));
        Assert.Equal("[* except get list] pods", Action(
            AccessSet.ClusterWide(Make.Rule("*", "pods")).Except(_pods).Except(AccessSet.ClusterWide(Make.Rule("list", "pods")))));
        Assert.Equal("[\"\" \"get list\"] pods", Action(new PolicyRule { Verbs = ["get list", ""], ApiGroups = [""], Resources = ["pods"] }));
    }

    [Fact]
    public void Resources()
    {
        Assert.Equal("[get] pods, pods/log", Action(new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods/log", "pods"] }));
        Assert.Equal("[get] */scale in apps", Action("get", "*/scale", "apps"));
        Assert.Equal("[get] * in apps", Action("get", "*", "apps"));
    }

    [Fact]
    public void URLs()
    {
        var healthz = AccessSet.ClusterWide(Make.Url("get", "/healthz*"));
        Assert.Equal("[get] /healthz, /metrics*", Action(Make.Url("get", "/metrics*", "/healthz")));
        Assert.Equal("[get] /healthz* except /healthz/etcd", Action(healthz.Except(AccessSet.ClusterWide(Make.Url("get", "/healthz/etcd")))));
        Assert.Equal("[get] /healthz*", AccessText.Of(healthz.Rules.Single()));
    }

    [Fact]
    public void Action_and_scope_together() => Assert.Equal("[get] pods in namespace shop", AccessText.Of(In("shop", "pods").Rules.Single()));

    private static AccessSet In(string @namespace, string resource) => AccessSet.InNamespace(@namespace, Make.Rule("get", resource));

    private static string ScopeOf(AccessSet set) => AccessText.Scope(Assert.Single(set.Rules));

    private static string Action(AccessSet set) => AccessText.Action(Assert.Single(set.Rules));

    private static string Action(PolicyRule rule) => Action(AccessSet.ClusterWide(rule));

    private static string Action(string verb, string resource, string apiGroup = "", params string[] names) => Action(Make.Rule(verb, resource, apiGroup, names));
}

using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Discovery;

public sealed class RestMapperTests
{
    private static readonly ApiDiscovery _discovery = new(
    [
        Group("",
            Version("", "v1",
                Resource("pods", "pod", "Pod", "po"),
                Resource("events", "event", "Event", "ev"),
                Resource("endpoints", "endpoints", "Endpoints", "ep"),
                Resource("namespaces", "namespace", "Namespace", "ns") with { IsNamespaced = false })),
        Group("apps", Version("apps", "v1", Resource("deployments", "deployment", "Deployment", "deploy"))),
        Group("events.k8s.io", Version("events.k8s.io", "v1", Resource("events", "event", "Event", "ev"))),
        Group("autoscaling",
            Version("autoscaling", "v2", Resource("horizontalpodautoscalers", "horizontalpodautoscaler", "HorizontalPodAutoscaler", "hpa")),
            Version("autoscaling", "v1", Resource("horizontalpodautoscalers", "horizontalpodautoscaler", "HorizontalPodAutoscaler", "hpa"))),
        Group("rbac.authorization.k8s.io",
            Version("rbac.authorization.k8s.io", "v1",
                Resource("clusterroles", "clusterrole", "ClusterRole") with { IsNamespaced = false },
                Resource("roles", "role", "Role"))),
        Group("old.example.com", Version("old.example.com", "v1", Resource("gadgets", "", "Gadget"))),
    ]);

    private static readonly RestMapper _mapper = new(_discovery);

    [Theory]
    [InlineData("pods", "", "pods")]
    [InlineData("pod", "", "pods")]
    [InlineData("Pod", "", "pods")]
    [InlineData("PO", "", "pods")]
    [InlineData("pod.", "", "pods")]
    [InlineData("pods.v1.", "", "pods")]
    [InlineData("endpoints", "", "endpoints")]
    [InlineData("deploy", "apps", "deployments")]
    [InlineData("deploy.app", "apps", "deployments")]
    [InlineData("deployments.apps", "apps", "deployments")]
    [InlineData("deployments.v1.apps", "apps", "deployments")]
    [InlineData("deploy.v9.apps", "apps", "deployments")]
    [InlineData("role.rbac", "rbac.authorization.k8s.io", "roles")]
    [InlineData("roles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io", "roles")]
    [InlineData("gadget", "old.example.com", "gadgets")]
    [InlineData("events", "", "events")]
    [InlineData("ev.events.k8s.io", "events.k8s.io", "events")]
    [InlineData("hpa", "autoscaling", "horizontalpodautoscalers")]
    [InlineData("list", "", "lists")]
    [InlineData("podlist", "", "podlists")]
    [InlineData("podlists", "", "podlists")]
    public void A_type_is_found_by_every_name_it_has(string argument, string group, string resource)
    {
        var resolved = ResourceArgument.Resolve(argument, _mapper);
        Assert.Equal((group, resource), (resolved.Resource.Group, resolved.Resource.Resource));
        Assert.Empty(resolved.Warnings);
    }

    [Theory]
    [InlineData("foo", "the server doesn't have a resource type 'foo'\n")]
    [InlineData("", "the server doesn't have a resource type ''\n")]
    [InlineData("Foo.Example.com", "the server doesn't have a resource type 'foo' in group 'example.com'\n")]
    [InlineData("deployments.v9.apps", "the server doesn't have a resource type 'deployments' in group 'v9.apps'\n")]
    [InlineData("deployments.v1", "the server doesn't have a resource type 'deployments' in group 'v1'\n")]
    [InlineData("*.apps", "the server doesn't have a resource type '*' in group 'apps'\n")]
    [InlineData("all", "the server doesn't have a resource type 'all'\n")]
    public void An_unknown_type_is_warned_about_and_asked_as_typed(string argument, string warning)
    {
        var resolved = ResourceArgument.Resolve(argument, _mapper);
        Assert.Equal(new GroupVersionResource("", "", argument), resolved.Resource);
        Assert.Equal([warning], resolved.Warnings);
        Assert.Null(resolved.ApiResource);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("users")]
    [InlineData("Groups")]
    public void A_star_and_the_impersonated_kinds_are_silent(string argument)
    {
        var resolved = ResourceArgument.Resolve(argument, _mapper);
        Assert.Equal(argument, resolved.Resource.Resource);
        Assert.Empty(resolved.Warnings);
        Assert.Null(resolved.ScopeWarning);
    }

    [Fact]
    public void A_short_name_of_several_resources_takes_the_first_and_warns()
    {
        var resolved = ResourceArgument.Resolve("ev", _mapper);
        Assert.Equal(new GroupVersionResource("", "v1", "events"), resolved.Resource);
        Assert.Equal(["short name \"ev\" could also match lower priority resource events.events.k8s.io"], resolved.Warnings);
    }

    [Fact]
    public void The_preferred_version_of_a_group_is_taken() =>
        Assert.Equal("v2", _mapper.ResourceFor(new GroupVersionResource("", "", "hpa"))!.Value.Version);

    [Theory]
    [InlineData("ns", "resource 'namespaces' is not namespace scoped\n")]
    [InlineData("clusterrole", "resource 'clusterroles' is not namespace scoped in group 'rbac.authorization.k8s.io'\n")]
    [InlineData("pods", null)]
    [InlineData("podlist", null)]
    public void Cluster_scoped_types_are_warned_about(string argument, string? warning) =>
        Assert.Equal(warning, ResourceArgument.Resolve(argument, _mapper).ScopeWarning);

    [Fact]
    public void Custom_resources_come_after_the_built_in_ones_and_their_groups_in_order_of_name()
    {
        var discovery = _discovery.WithCustomResources(
        [
            Custom("zoo.example.com", "pods", "Pod", ["v1"]),
            Custom("art.example.com", "widgets", "Widget", ["v1beta1", "v1", "odd", "v2", "v1alpha3"]) with { ShortNames = ["wg", "po"] },
        ]);
        Assert.Equal(["art.example.com", "zoo.example.com"], discovery.Groups.Select(g => g.Name).TakeLast(2));
        Assert.Equal(
            ["v2", "v1", "v1beta1", "v1alpha3", "odd"],
            discovery.Groups.Single(g => g.Name == "art.example.com").Versions.Select(v => v.Version));

        var mapper = new RestMapper(discovery);
        Assert.Equal("", ResourceArgument.Resolve("pods", mapper).Resource.Group);
        Assert.Equal("", ResourceArgument.Resolve("po", mapper).Resource.Group);
        Assert.Equal("zoo.example.com", ResourceArgument.Resolve("pods.zoo", mapper).Resource.Group);
        Assert.Equal(new GroupVersionResource("art.example.com", "v2", "widgets"), ResourceArgument.Resolve("wg", mapper).Resource);
    }

    [Fact]
    public void A_version_that_the_server_has_stays_its_own()
    {
        var discovery = _discovery.WithCustomResources([Custom("apps", "deployments", "Other", ["v1", "v3"])]);
        Assert.Equal("Deployment", discovery.Find(new GroupVersionResource("apps", "v1", "deployments"))!.Kind);
        Assert.Equal("Other", discovery.Find(new GroupVersionResource("apps", "v3", "deployments"))!.Kind);
    }

    private static ApiGroup Group(string name, params ImmutableArray<ApiGroupVersion> versions) => new(name, versions);

    private static ApiGroupVersion Version(string group, string version, params ImmutableArray<ApiResource> resources) =>
        new(group, version, [.. resources.Select(r => r with { Group = group, Version = version })]);

    private static ApiResource Resource(string name, string singular, string kind, params ImmutableArray<string> shortNames) =>
        new() { Name = name, SingularName = singular, Kind = kind, ShortNames = shortNames, IsNamespaced = true };

    private static CustomResourceDefinition Custom(string group, string plural, string kind, ImmutableArray<string> versions) =>
        new() { Group = group, Plural = plural, Singular = kind.ToLowerInvariant(), Kind = kind, ServedVersions = versions, IsNamespaced = true };
}

using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Analysis;

/// <summary>Sets read as rules.</summary>
public sealed class AccessSetTests
{
    private static readonly PolicyRule _scaleAnything = Given.Rule("get", "*/scale", "apps");

    [Fact]
    public void Everything_is_two_rules() =>
        Assert.Equal("everywhere: *; groups *; resources *\n*; URLs *", AccessSet.Everything.ToString());

    [Fact]
    public void Nothing_says_so() => Assert.Equal("nothing", AccessSet.Empty.ToString());

    [Fact]
    public void A_subresource_is_said_once() => Assert.Equal(
        """everywhere: get; groups ""; resources pods, pods/log""",
        AccessSet.ClusterWide(Given.Rule("get", "pods"), Given.Rule("get", "pods/log")).ToString());

    [Fact]
    public void Names_are_said_where_there_are_any() => Assert.Equal(
        """in ns1: get; groups ""; resources configmaps; names a, b""",
        AccessSet.InNamespace("ns1", Given.Rule("get", "configmaps", "", "b", "a")).ToString());

    [Fact]
    public void What_is_left_of_everywhere_is_all_other_namespaces() => Assert.Equal(
        """everywhere except in ns1: get; groups ""; resources secrets""",
        AccessSet.ClusterWide(Given.Rule("get", "secrets")).Except(AccessSet.InNamespace("ns1", Given.Rule("*", "*", "*"))).ToString());

    [Fact]
    public void What_is_left_of_a_wildcard_names_what_is_gone() => Assert.Equal(
        "everywhere: get; groups apps; resources (* except deployments)/scale",
        AccessSet.ClusterWide(_scaleAnything).Except(AccessSet.ClusterWide(Given.Rule("get", "deployments/scale", "apps"))).ToString());

    [Fact]
    public void A_resource_with_a_slash_in_its_own_name_is_quoted_where_it_stands_alone() => Assert.Equal(
        """everywhere: get; groups apps; resources "deployments/scale" """.TrimEnd(),
        AccessSet.ClusterWide(Given.Rule("get", "deployments/scale", "apps")).Except(AccessSet.ClusterWide(_scaleAnything)).ToString());

    [Fact]
    public void URLs_except_what_is_gone() => Assert.Equal(
        "get; URLs /healthz* except /healthz/etcd",
        AccessSet.ClusterWide(Given.Url("get", "/healthz*")).Except(AccessSet.ClusterWide(Given.Url("get", "/healthz/etcd"))).ToString());

    [Fact]
    public void URLs_and_a_missing_namespace_give_nothing_in_a_role_binding()
    {
        Assert.True(AccessSet.InNamespace("ns1", Given.Url("get", "/healthz")).IsEmpty);
        Assert.True(AccessSet.InNamespace("", Given.Rule("get", "pods")).IsEmpty);
    }

    [Fact]
    public void A_hundred_thousand_nested_prefixes_are_no_trouble()
    {
        var urls = Enumerable.Range(0, 100_000).Select(i => $"/a/{i}*").ToArray();

        Assert.True(AccessSet.ClusterWide(Given.Url("get", [.. urls, "/a*"])).Equals(AccessSet.ClusterWide(Given.Url("get", "/a*"))));
        Assert.True(AccessSet.ClusterWide(Given.Url("get", urls)).Except(AccessSet.ClusterWide(Given.Url("get", "/a/1*"))).IsSupersetOf(
            AccessSet.ClusterWide(Given.Url("get", "/a/2*"))));
    }
}

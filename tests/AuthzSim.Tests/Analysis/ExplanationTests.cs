using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Analysis;

public sealed class ExplanationTests
{
    [Fact]
    public void All_paths_are_there_and_the_servers_comes_first()
    {
        var policy = Policy(
            ClusterRole("r", Rule("list", "pods"), Rule("get", "pods"), Rule("*", "*", "*")),
            In("shop", "local", "ClusterRole", "r", Group("devs"), User("ann")),
            In("test", "elsewhere", "ClusterRole", "r", User("ann")),
            Everywhere("wide", "r", User("ann")));
        var explanation = Explanation.Of(policy, Ask("get", "pods", "shop", user: UserInfo.Of("ann", "devs")));
        Assert.Equal(
            ["wide ann get", "wide ann *", "local devs get", "local devs *"],
            explanation.Paths.Select(p => $"{p.Source.Binding.Metadata.Name} {p.Source.Subject.Name} {p.Rule.Verbs[0]}"));
        Assert.Equal(explanation.Result.Source, explanation.Paths[0].Source);
        Assert.Empty(explanation.NearMisses);
    }

    [Fact]
    public void A_member_of_masters_needs_no_path()
    {
        var explanation = Explanation.Of(PolicySet.Empty, Ask("get", "pods", user: UserInfo.Of("root", RbacNames.SystemMasters)));
        Assert.True(explanation.Result.IsAllowed);
        Assert.Empty(explanation.Paths);
        Assert.Empty(explanation.NearMisses);
    }

    [Theory]
    [InlineData("delete", "pods", "", "web", Mismatches.Verb)]
    [InlineData("get", "pods", "apps", "web", Mismatches.ApiGroup)]
    [InlineData("get", "pods", "", "db", Mismatches.ResourceName)]
    [InlineData("get", "pods", "", "", Mismatches.ResourceName)]
    [InlineData("get", "pods/log", "", "web", Mismatches.Subresource)]
    public void Each_mismatch_of_a_rule_is_seen(string verb, string resource, string apiGroup, string name, Mismatches expected)
    {
        var parts = resource.Split('/');
        var miss = Assert.Single(Misses(
            Ask(verb, parts[0], "", apiGroup, parts.ElementAtOrDefault(1) ?? "", name),
            ClusterRole("r", Rule("get", "pods", "", "web")),
            Everywhere("b", "r", User("ann"))));
        Assert.Equal((expected, "b", "r", Rule("get", "pods", "", "web")), (miss.Mismatches, miss.Binding.Metadata.Name, miss.Role?.Metadata.Name, miss.Rule));
    }

    [Fact]
    public void A_rule_for_a_subresource_only_is_near_the_resource() => Assert.Equal(
        Mismatches.Subresource,
        Assert.Single(Misses(Ask("get", "pods"), ClusterRole("r", Rule("get", "pods/log"), Rule("get", "nodes")), Everywhere("b", "r", User("ann")))).Mismatches);

    [Theory]
    [InlineData("shop")]
    [InlineData("")]
    public void A_role_binding_of_another_namespace_is_near(string asked) => Assert.Equal(
        Mismatches.Namespace,
        Assert.Single(Misses(Ask("get", "pods", asked), ClusterRole("r", Rule("get", "pods")), In("test", "b", "ClusterRole", "r", User("ann")))).Mismatches);

    [Fact]
    public void A_reference_to_nothing_is_near_whatever_was_asked()
    {
        var miss = Assert.Single(Misses(Ask("get", "pods"), Everywhere("b", "ghost", User("ann"))));
        Assert.Equal((Mismatches.MissingRole, null, null), (miss.Mismatches, miss.Role, miss.Rule));
    }

    [Fact]
    public void A_group_that_may_is_near_unless_it_may_everything()
    {
        var misses = Misses(
            Ask("get", "pods", "shop"),
            ClusterRole("r", Rule("list", "pods"), Rule("get", "pods")),
            Everywhere("masters", "r", Group(RbacNames.SystemMasters)),
            In("shop", "b", "ClusterRole", "r", User("tom"), Group("devs"), ServiceAccount("job")),
            In("test", "other", "ClusterRole", "r", Group("testers")));
        var miss = Assert.Single(misses);
        Assert.Equal((Mismatches.Subject, "devs", Rule("get", "pods")), (miss.Mismatches, miss.Subject.Name, miss.Rule));
    }

    [Fact]
    public void The_likeliest_slip_comes_first() => Assert.Equal(
        [
            Mismatches.MissingRole, Mismatches.Verb, Mismatches.Subresource, Mismatches.ResourceName, Mismatches.Namespace,
            Mismatches.ApiGroup, Mismatches.Subject,
        ],
        Misses(
            Ask("get", "pods", "shop"),
            ClusterRole("r", Rule("get", "pods", "apps"), Rule("get", "pods", "", "web"), Rule("get", "pods/log"), Rule("list", "pods")),
            ClusterRole("yes", Rule("get", "pods")),
            Everywhere("b1", "r", User("ann")),
            Everywhere("b2", "ghost", User("ann")),
            Everywhere("b3", "yes", Group("devs")),
            In("test", "b4", "ClusterRole", "yes", User("ann"))).Select(m => m.Mismatches));

    [Fact]
    public void Two_mismatches_count_when_nothing_has_one()
    {
        RbacObject[] objects =
        [
            ClusterRole("r", Rule("list", "pods", "apps"), Rule("list", "pods"), Rule("list", "pods", "apps", "web")),
            In("test", "b", "ClusterRole", "r", User("ann")),
        ];
        var misses = Misses(Ask("get", "pods", "shop"), objects);
        Assert.Equal(Mismatches.Verb | Mismatches.Namespace, Assert.Single(misses).Mismatches);
        var near = Misses(Ask("get", "pods", "shop"), [.. objects, ClusterRole("s", Rule("list", "pods")), Everywhere("c", "s", User("ann"))]);
        Assert.Equal(Mismatches.Verb, Assert.Single(near).Mismatches);
    }

    [Fact]
    public void Three_mismatches_and_other_resources_are_not_near() => Assert.Empty(Misses(
        Ask("get", "pods", "shop"),
        ClusterRole("r", Rule("list", "pods", "apps"), Rule("get", "secrets"), Url("get", "/pods")),
        In("test", "b", "ClusterRole", "r", User("ann"))));

    [Theory]
    [InlineData("get", "/metrics/slis", Mismatches.Path)]
    [InlineData("get", "/metrics/", Mismatches.Path)]
    [InlineData("post", "/metrics", Mismatches.Verb)]
    [InlineData("post", "/metrics/slis", Mismatches.Verb | Mismatches.Path)]
    public void A_path_of_the_same_first_segment_is_near(string verb, string path, Mismatches expected)
    {
        var miss = Assert.Single(Misses(
            RequestAttributes.ForPath(UserInfo.Of("ann"), verb, path),
            ClusterRole("r", Url("get", "/metrics", "/healthz"), Url("get", "/metric"), Rule("get", "metrics")),
            Everywhere("b", "r", User("ann"))));
        Assert.Equal(expected, miss.Mismatches);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/version")]
    public void Quite_another_path_is_not_near(string path) => Assert.Empty(Misses(
        RequestAttributes.ForPath(UserInfo.Of("ann"), "get", path), ClusterRole("r", Url("get", "/metrics/*", "/api")), Everywhere("b", "r", User("ann"))));

    [Fact]
    public void The_smallest_rule_is_the_request_itself()
    {
        Assert.Equal(Rule("get", "pods/log", "apps", "web"), Explanation.Of(PolicySet.Empty, Ask("get", "pods", "shop", "apps", "log", "web")).SmallestRule);
        Assert.Equal(Rule("list", "pods"), Explanation.Of(PolicySet.Empty, Ask("list", "pods")).SmallestRule);
        Assert.Equal(Url("get", "/a"), Explanation.Of(PolicySet.Empty, RequestAttributes.ForPath(UserInfo.Of("ann"), "get", "/a")).SmallestRule);
    }

    private static ImmutableArray<NearMiss> Misses(RequestAttributes request, params RbacObject[] objects)
    {
        var explanation = Explanation.Of(Policy(objects), request);
        Assert.False(explanation.Result.IsAllowed);
        Assert.Empty(explanation.Paths);
        return explanation.NearMisses;
    }
}

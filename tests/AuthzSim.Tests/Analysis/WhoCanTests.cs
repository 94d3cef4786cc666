using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Analysis;

public sealed class WhoCanTests
{
    private static readonly PolicySet _policy = Policy(
        ClusterRole("reader", Rule("list", "nodes"), Rule("get", "pods"), Rule("*", "pods")),
        Role("shop", "local", Rule("get", "pods", "", "web")),
        In("shop", "b1", "ClusterRole", "reader", Group("devs")),
        In("test", "b2", "ClusterRole", "reader", User("tom")),
        In("shop", "b3", "Role", "local", User("ann"), ServiceAccount("job"), ServiceAccount("ci", "tools")),
        In("test", "b4", "Role", "local", User("nobody")),
        Everywhere("c1", "reader", User("root"), ServiceAccount("lost"), ServiceAccount("ops", "kube-system"), new Subject { Kind = "Robot", Name = "r2" }),
        Everywhere("c2", "ghost", User("nobody")));

    [Fact]
    public void Cluster_role_bindings_come_first_then_those_of_each_namespace_in_policy_order() => Assert.Equal(
        ["c1 * root", "c1 * ops", "b1 shop devs", "b2 test tom"], Find(Ask("get", "pods"), _ => true));

    [Fact]
    public void A_namespace_leaves_out_the_others() => Assert.Equal(
        ["c1 * root", "c1 * ops", "b2 test tom"], Find(Ask("get", "pods"), n => n == "test"));

    [Fact]
    public void Without_a_namespace_only_cluster_role_bindings_count() => Assert.Equal(
        ["c1 * root", "c1 * ops"], Find(Ask("list", "nodes"), _ => false));

    [Fact]
    public void A_name_finds_those_who_may_only_that() => Assert.Equal(
        ["c1 * root", "c1 * ops", "b1 shop devs", "b3 shop ann", "b3 shop job", "b3 shop ci"],
        Find(Ask("get", "pods", name: "web"), n => n == "shop"));

    [Fact]
    public void The_rule_is_the_first_that_allows()
    {
        var entry = WhoCan.Find(_policy, Ask("get", "pods"), _ => false).First();
        Assert.Equal(Rule("get", "pods"), entry.Rule);
    }

    [Fact]
    public void A_service_account_without_a_namespace_is_one_of_its_role_bindings()
    {
        var entries = WhoCan.Find(_policy, Ask("get", "pods", name: "web"), _ => true).ToDictionary(e => e.Source.Subject.Name);
        Assert.Equal("shop", entries["job"].SubjectNamespace);
        Assert.Equal("tools", entries["ci"].SubjectNamespace);
        Assert.Equal("kube-system", entries["ops"].SubjectNamespace);
        Assert.Equal("", entries["devs"].SubjectNamespace);
    }

    [Theory]
    [InlineData("User", "", false, true)]
    [InlineData("Group", "", false, true)]
    [InlineData("ServiceAccount", "", true, true)]
    [InlineData("ServiceAccount", "ns", false, true)]
    [InlineData("ServiceAccount", "", false, false)]
    [InlineData("user", "", true, false)]
    [InlineData("", "", true, false)]
    public void Some_subjects_can_be_nobody(string kind, string @namespace, bool isNamespaced, bool expected)
    {
        var subject = new Subject { Kind = kind, Name = "x", Namespace = @namespace };
        RbacBinding binding = isNamespaced ? In("shop", "b", "Role", "r", subject) : Everywhere("b", "r", subject);
        Assert.Equal(expected, WhoCan.CanMatchSomebody(subject, binding));
    }

    [Fact]
    public void Groups_become_their_people_in_order_of_name_and_unknown_groups_stay()
    {
        var policy = Policy(
            ClusterRole("r", Rule("get", "pods")),
            Everywhere("b", "r", Group("devs"), Group("strangers"), User("ann"), Group(WellKnownUsers.Authenticated)));
        var groupsOf = new Dictionary<string, ImmutableArray<string>>
        {
            ["zoe"] = ["devs", "devs", WellKnownUsers.Authenticated],
            ["ben"] = ["devs"],
            ["eve"] = [],
        };
        Assert.Equal(
            ["ben of devs", "zoe of devs", "strangers", "ann", "ben of system:authenticated", "eve of system:authenticated", "zoe of system:authenticated"],
            WhoCan.ExpandGroups(WhoCan.Find(policy, Ask("get", "pods"), _ => true), groupsOf)
                .Select(e => e.Person is null ? e.Entry.Source.Subject.Name : $"{e.Person} of {e.Entry.Source.Subject.Name}"));
    }

    [Fact]
    public void A_user_with_the_name_of_a_group_is_not_expanded()
    {
        var policy = Policy(ClusterRole("r", Rule("get", "pods")), Everywhere("b", "r", User("devs")));
        var groupsOf = new Dictionary<string, ImmutableArray<string>> { ["ben"] = ["devs"] };
        Assert.Null(Assert.Single(WhoCan.ExpandGroups(WhoCan.Find(policy, Ask("get", "pods"), _ => true), groupsOf)).Person);
    }

    private static IEnumerable<string> Find(RequestAttributes request, Func<string, bool> includesNamespace) =>
        WhoCan.Find(_policy, request, includesNamespace)
            .Select(e => $"{e.Source.Binding.Metadata.Name} {(e.Namespace.Length == 0 ? "*" : e.Namespace)} {e.Source.Subject.Name}");
}

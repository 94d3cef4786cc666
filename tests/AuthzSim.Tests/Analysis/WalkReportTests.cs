using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Analysis;

public sealed class WalkReportTests
{
    private static readonly ClusterRole _reader = RoleOf("reader", ReadOf("pods"), ReadOf("services"), ReadOf("pods"));
    private static readonly RequestAttributes _denied = RequestAttributes.ForResource(UserInfo.Of("ann"), "delete", "pods", "", "shop");

    [Fact]
    public void Bindings_to_one_role_are_merged_into_the_first()
    {
        var policy = new PolicySet
        {
            ClusterRoles = [_reader with { Rules = [ReadOf("pods")] }],
            ClusterRoleBindings = [Bind("a", "reader", Subject.User("bob")), Bind("b", "reader", Subject.User("ann")), Bind("c", "reader", Subject.User("bob"))],
        };

        var report = WalkReport.Of(policy, [_denied]);

        var saving = Assert.Single(report.Savings);
        Assert.Equal((WalkSavingKind.MergeBindings, "", "reader"), (saving.Kind, saving.Namespace, saving.Role?.Metadata.Name));
        Assert.Equal(["a", "b", "c"], saving.Changes.Select(c => c.Name));
        Assert.Equal([Subject.User("bob"), Subject.User("ann")], Assert.IsType<ClusterRoleBinding>(saving.Changes[0].Object).Subjects);
        Assert.Equal((new WalkCost(2, 1, 0), new WalkCost(2, 1, 0)), (saving.Removed, saving.Saved));
        Assert.Equal((3, 1), (report.Costs.Bindings.Worst, report.CostsAfterAll.Bindings.Worst));
    }

    [Fact]
    public void What_the_server_keeps_by_itself_is_left_alone()
    {
        var labels = ObjectMeta.NoEntries.Add("kubernetes.io/bootstrapping", "rbac-defaults");
        var aggregated = _reader with { AggregationRule = new AggregationRule(), Metadata = new ObjectMeta { Name = "sum" } };
        var policy = new PolicySet
        {
            ClusterRoles = [aggregated, _reader with { Metadata = _reader.Metadata with { Labels = labels } }],
            ClusterRoleBindings = [.. new[] { "a", "b" }.Select(n => Bind(n, "reader") with { Metadata = new ObjectMeta { Name = n, Labels = labels } })],
        };

        Assert.Empty(WalkSavings.Find(policy));
    }

    [Fact]
    public void A_service_account_and_the_user_of_its_name_are_one()
    {
        var binding = Bind("a", "reader", Subject.ServiceAccount("shop", "cart"), Subject.User("system:serviceaccount:shop:cart"));
        var policy = new PolicySet { ClusterRoles = [_reader with { Rules = [] }], ClusterRoleBindings = [binding] };

        var saving = Assert.Single(WalkSavings.Find(policy));

        Assert.Equal(WalkSavingKind.DropRepeatedSubjects, saving.Kind);
        Assert.Equal([Subject.ServiceAccount("shop", "cart")], Assert.IsType<ClusterRoleBinding>(saving.Changes[0].Object).Subjects);
    }

    [Fact]
    public void Rules_that_say_the_same_become_one()
    {
        var saving = Assert.Single(WalkSavings.Find(new PolicySet { ClusterRoles = [_reader] }));

        var rule = Assert.Single(Assert.IsType<ClusterRole>(saving.Changes[0].Object).Rules);
        Assert.Equal(new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods", "services"] }, rule);
        Assert.Equal(new WalkCost(0, 0, 2), saving.Removed);
    }

    [Fact]
    public void A_role_binding_to_a_role_held_everywhere_goes()
    {
        var policy = new PolicySet
        {
            ClusterRoles = [_reader with { Rules = [ReadOf("pods")] }],
            ClusterRoleBindings = [Bind("a", "reader", Subject.User("ann"))],
            RoleBindings =
            [
                new RoleBinding
                {
                    Metadata = new ObjectMeta { Name = "r", Namespace = "shop" },
                    RoleRef = RoleRef.ClusterRole("reader"),
                    Subjects = [Subject.User("ann")],
                },
            ],
        };

        var saving = Assert.Single(WalkReport.Of(policy, [_denied]).Savings);

        Assert.Equal((WalkSavingKind.DropBoundEverywhere, "shop", new WalkCost(1, 1, 1)), (saving.Kind, saving.Namespace, saving.Saved));
        Assert.Equal(PolicyChange.Delete("RoleBinding", "shop", "r"), Assert.Single(saving.Changes));
    }

    [Fact]
    public void Hot_spots_say_where_the_steps_went()
    {
        var many = Bind("many", "reader", [.. Enumerable.Range(0, 20).Select(i => Subject.User($"u{i}")), Subject.Group("devs")]);
        var policy = new PolicySet
        {
            ClusterRoles = [_reader, RoleOf("other")],
            ClusterRoleBindings = [many, Bind("b", "other", Subject.Group("devs"))],
            RoleBindings = [new RoleBinding { Metadata = new ObjectMeta { Name = "r", Namespace = "shop" }, RoleRef = RoleRef.ClusterRole("other") }],
        };

        var report = WalkReport.Of(policy, [_denied with { User = UserInfo.Of("eve", "devs") }, _denied]);

        Assert.Equal(
            [
                (WalkHotSpotKind.ClusterRoleBindings, "", 2L, 4L),
                (WalkHotSpotKind.Namespace, "shop", 1L, 2L),
                (WalkHotSpotKind.Binding, "many", 21L, 42L),
                (WalkHotSpotKind.Role, "reader", 3L, 3L),
                (WalkHotSpotKind.Group, "devs", 2L, 3L),
            ],
            report.HotSpots.Select(h => (h.Kind, h.Name, h.Size, h.Steps)));
        Assert.Equal(["eve", "ann"], report.Costliest.Select(r => r.Request.User.Name));
        Assert.Equal(new WalkCost(3, 22, 3), report.Costliest[0].Cost);
    }

    [Fact]
    public void Spreads_are_by_nearest_rank()
    {
        var policy = new PolicySet
        {
            RoleBindings =
            [
                .. from size in Enumerable.Range(1, 100)
                   from i in Enumerable.Range(0, size)
                   select new RoleBinding { Metadata = new ObjectMeta { Name = $"r{i}", Namespace = $"n{size}" } },
            ],
        };

        var costs = WalkReport.Of(policy, [.. Enumerable.Range(1, 100).Select(size => _denied with { Namespace = $"n{size}" })]).Costs;

        Assert.Equal(new WalkSpread(50, 99, 100), costs.Bindings);
    }

    private static PolicyRule ReadOf(string resource) => new() { Verbs = ["get"], ApiGroups = [""], Resources = [resource] };

    private static ClusterRole RoleOf(string name, params ImmutableArray<PolicyRule> rules) =>
        new() { Metadata = new ObjectMeta { Name = name }, Rules = rules };

    private static ClusterRoleBinding Bind(string name, string role, params ImmutableArray<Subject> subjects) =>
        new() { Metadata = new ObjectMeta { Name = name }, RoleRef = RoleRef.ClusterRole(role), Subjects = subjects };
}

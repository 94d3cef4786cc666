using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Generation;

/// <summary>The shape of the recorded fleet of 10,000 bindings, and what is skewed on purpose.</summary>
public sealed class FleetShapeTests
{
    private static readonly PolicySet _fleet = new FleetGenerator(new FleetOptions { Bindings = 10_000, Seed = 1 }).ToPolicySet();

    private static IEnumerable<RbacBinding> Bindings => [.. _fleet.ClusterRoleBindings, .. _fleet.RoleBindings];

    private static IEnumerable<Subject> Subjects => Bindings.SelectMany(b => b.Subjects);

    private static IEnumerable<PolicyRule> Rules => _fleet.ClusterRoles.SelectMany(r => r.Rules).Concat(_fleet.Roles.SelectMany(r => r.Rules));

    [Fact]
    public void Five_percent_of_bindings_are_cluster_wide() =>
        Assert.Equal((500, 9_500, 52), (_fleet.ClusterRoleBindings.Length, _fleet.RoleBindings.Length, _fleet.ClusterRoles.Length));

    [Fact]
    public void A_namespace_has_about_forty_role_bindings_and_four_roles()
    {
        Assert.Equal(237, _fleet.NamespaceNames().Length);
        Assert.All(_fleet.RoleBindings.CountBy(b => b.Metadata.Namespace), n => Assert.InRange(n.Value, 40, 41));
        Assert.All(_fleet.Roles.CountBy(r => r.Metadata.Namespace), n => Assert.Equal(4, n.Value));
    }

    [Fact]
    public void The_bindings_of_a_namespace_come_together() =>
        Assert.Equal(237, 1 + _fleet.RoleBindings.Zip(_fleet.RoleBindings.Skip(1)).Count(p => p.First.Metadata.Namespace != p.Second.Metadata.Namespace));

    [Theory]
    [InlineData(RbacNames.UserKind, 40)]
    [InlineData(RbacNames.GroupKind, 30)]
    [InlineData(RbacNames.ServiceAccountKind, 30)]
    public void Subjects_are_users_groups_and_service_accounts(string kind, int percent) =>
        AssertPercent(percent, 3, Subjects.Count(s => s.Kind == kind), Subjects.Count());

    [Fact]
    public void A_binding_has_one_to_four_subjects()
    {
        Assert.All(Bindings, b => Assert.InRange(b.Subjects.Length, 1, 4));
        Assert.All(new[] { 1, 2, 3, 4 }, n => AssertPercent(25, 6, Bindings.Count(b => b.Subjects.Length == n), 10_000));
    }

    [Fact]
    public void Half_of_role_bindings_grant_a_cluster_role() =>
        AssertPercent(50, 3, _fleet.RoleBindings.Count(b => b.RoleRef.Kind == RbacNames.ClusterRoleKind), 9_500);

    [Fact]
    public void Rules_are_mixed_as_recorded()
    {
        var total = Rules.Count();
        Assert.All(_fleet.Roles, r => Assert.InRange(r.Rules.Length, 1, 5));
        AssertPercent(50, 4, Rules.Count(r => r.ApiGroups.Contains("")), total);
        AssertPercent(25, 4, Rules.Count(r => r.ApiGroups.Contains("apps")), total);
        AssertPercent(22, 4, Rules.Count(r => r.ApiGroups.Any(g => g.EndsWith(".example.com", StringComparison.Ordinal))), total);
        AssertPercent(3, 2, Rules.Count(r => r.Resources.Contains("*")), total);
        AssertPercent(19, 4, Rules.Count(r => r.Verbs.Contains("*")), total);
        AssertPercent(8, 2, Rules.Count(r => !r.ResourceNames.IsEmpty), total);
        Assert.InRange(Rules.Count(r => !r.NonResourceUrls.IsEmpty), 3, 20);
        Assert.Equal(20, Rules.SelectMany(r => r.ApiGroups).Where(g => g.StartsWith("crd", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public void A_few_cluster_roles_are_granted_far_more_often_than_the_rest()
    {
        var counts = _fleet.RoleBindings.Where(b => b.RoleRef.Kind == RbacNames.ClusterRoleKind)
            .CountBy(b => b.RoleRef.Name).Select(c => c.Value).OrderDescending().ToArray();
        Assert.Equal(50, counts.Length);
        Assert.InRange(counts[0], 20 * counts[^1], 100 * counts[^1]);
        AssertPercent(60, 15, counts.Take(10).Sum(), counts.Sum());
    }

    [Fact]
    public void Some_users_are_named_far_more_often_and_most_are_named()
    {
        var counts = Subjects.Where(s => s.Kind == RbacNames.UserKind).CountBy(s => s.Name).Select(c => c.Value).OrderDescending().ToArray();
        Assert.InRange(counts.Length, 1_700, 2_000);
        Assert.InRange(counts[0], 30, 150);
        Assert.InRange(counts[counts.Length / 2], 1, 5);
    }

    [Fact]
    public void At_a_hundred_thousand_bindings_some_groups_are_in_thousands_of_them_and_no_subject_in_most()
    {
        var counts = new FleetGenerator(new FleetOptions { Bindings = 100_000 }).Objects().OfType<RbacBinding>()
            .SelectMany(b => b.Subjects).Where(s => s.Kind == RbacNames.GroupKind).CountBy(s => s.Name)
            .Select(c => c.Value).OrderDescending().ToArray();
        Assert.InRange(counts.Count(c => c >= 1_000), 2, 20);
        Assert.InRange(counts[0], 2_000, 10_000);
        Assert.InRange(counts[counts.Length / 2], 30, 200);
    }

    private static void AssertPercent(int expected, int tolerance, int count, int total) =>
        Assert.InRange(100.0 * count / total, expected - tolerance, expected + tolerance);
}

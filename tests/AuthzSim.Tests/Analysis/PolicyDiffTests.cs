using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Analysis;

/// <summary>What a change means to whom.</summary>
public sealed class PolicyDiffTests
{
    private static readonly PolicySet _before = Given.Policy(
        Given.ClusterRole("reader", Given.Rule("get", "pods")),
        Given.In("ns1", "readers", RbacNames.ClusterRoleKind, "reader", Given.User("ann"), Given.User("bob")),
        Given.Everywhere("everybody", "reader", Given.Group("system:authenticated")));

    [Fact]
    public void Subjects_of_a_changed_role_stand_together_by_scope()
    {
        var after = _before with { ClusterRoles = [Given.ClusterRole("reader", Given.Rule("get", "pods"), Given.Rule("get", "secrets"))] };

        var diff = PolicyDiff.Compute(_before, after);

        Assert.Equal(2, diff.Subjects.Length);
        Assert.Equal([Subject.Group("system:authenticated")], diff.Subjects[0].Who);
        Assert.Equal("""everywhere: get; groups ""; resources secrets""", diff.Subjects[0].Gained.ToString());
        Assert.Equal([Subject.User("ann"), Subject.User("bob")], diff.Subjects[1].Who);
        Assert.Equal("""in ns1: get; groups ""; resources secrets""", diff.Subjects[1].Gained.ToString());
        Assert.Equal(["ann", "bob"], diff.Subjects[1].GainedThrough.Select(p => p.Source.Subject.Name));
        Assert.All(diff.Subjects, c => Assert.True(c.Lost.IsEmpty && c.LostThrough.IsEmpty));
    }

    [Fact]
    public void A_person_loses_nothing_that_a_group_still_gives()
    {
        var after = _before with { RoleBindings = [] };

        var diff = PolicyDiff.Compute(_before, after, UserInfo.Of("ann", "system:authenticated"), UserInfo.Of("bob"));

        Assert.Equal(["ann", "bob"], diff.Subjects.Single().Who.Select(s => s.Name));
        Assert.Equal(["bob"], diff.People.Single().Who.Select(u => u.Name));
        Assert.Equal("readers", diff.People.Single().LostThrough.Single().Source.Binding.Metadata.Name);
    }

    [Fact]
    public void A_role_binding_without_a_namespace_takes_nothing_from_what_is_gained_everywhere()
    {
        var nowhere = Given.Policy(
            Given.ClusterRole("reader", Given.Rule("get", "pods")), Given.In("", "readers", RbacNames.ClusterRoleKind, "reader", Given.User("ann")));
        var after = nowhere with { ClusterRoleBindings = [Given.Everywhere("ann", "reader", Given.User("ann"))] };

        Assert.Equal("""everywhere: get; groups ""; resources pods""", PolicyDiff.Compute(nowhere, after).Subjects.Single().Gained.ToString());
        Assert.Equal(
            """everywhere: get; groups ""; resources pods""",
            PolicyDiff.Compute(CompiledPolicy.Compile(nowhere), CompiledPolicy.Compile(after)).Subjects.Single().Gained.ToString());
    }

    [Fact]
    public void Many_cluster_wide_grants_and_few_are_found_alike()
    {
        var users = Enumerable.Range(0, 20).Select(i => Given.User($"user{i}")).ToArray();
        var before = Given.Policy(
            [
                Given.ClusterRole("reader", Given.Rule("get", "pods")),
                .. users.Select((u, i) => Given.In($"ns{i % 3}", $"rb{i}", RbacNames.ClusterRoleKind, "reader", u)),
            ]);
        foreach (var count in new[] { 1, users.Length })
        {
            var after = before with { ClusterRoleBindings = [Given.Everywhere("all", "reader", users[..count])] };

            var (sets, compiled) = (PolicyDiff.Compute(before, after), PolicyDiff.Compute(CompiledPolicy.Compile(before), CompiledPolicy.Compile(after)));

            Assert.Equal(sets.Subjects.Select(c => (c.Gained, string.Join(' ', c.Who))), compiled.Subjects.Select(c => (c.Gained, string.Join(' ', c.Who))));
            Assert.Equal(Math.Min(count, 3), sets.Subjects.Length);
            Assert.All(sets.Subjects, c => Assert.StartsWith("everywhere except in ns", c.Gained.ToString(), StringComparison.Ordinal));
        }
    }
}

using AuthzSim.Compiled;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Bench.Fleets;

/// <summary>A fleet's policy beside others to compare it with.</summary>
internal static class PolicyEdits
{
    private const int Count = 200;

    /// <summary>Policies that differ in one role binding.</summary>
    public static CompiledPolicy[] OfRoleBindings(CompiledPolicy compiled, PolicySet policy) =>
        [.. Enumerable.Range(0, Count).Select(i => compiled.With(PolicyChange.Put(Joined(policy.RoleBindings[Spread(i, policy.RoleBindings.Length)]))))];

    /// <summary>Policies that differ in one cluster role binding, which may matter in every namespace.</summary>
    public static CompiledPolicy[] OfClusterRoleBindings(CompiledPolicy compiled, PolicySet policy) =>
        [.. Enumerable.Range(0, Count).Select(i => compiled.With(PolicyChange.Delete(
            RbacNames.ClusterRoleBindingKind, "", policy.ClusterRoleBindings[Spread(i, policy.ClusterRoleBindings.Length)].Metadata.Name)))];

    /// <summary>The cluster role that most subjects are granted, with one more rule; and how many those are.</summary>
    public static (ClusterRole Changed, int Subjects) OfTheMostSharedRole(PolicySet policy)
    {
        var (name, subjects) = policy.RoleBindings.Concat<RbacBinding>(policy.ClusterRoleBindings)
            .Where(b => b.RoleRef.Kind == RbacNames.ClusterRoleKind)
            .GroupBy(b => b.RoleRef.Name, (name, bindings) => (Name: name, Subjects: bindings.SelectMany(b => b.Subjects).Distinct().Count()))
            .MaxBy(r => r.Subjects);
        var role = policy.ClusterRoles.Single(r => r.Metadata.Name == name);
        return (role with { Rules = role.Rules.Add(new PolicyRule { Verbs = ["get"], ApiGroups = ["new.example"], Resources = ["things"] }) }, subjects);
    }

    /// <summary>The objects of the same fleet made anew, one role binding with another subject: what a second folder holds.</summary>
    public static PolicySet CopyWithOneBindingChanged(FleetGenerator generator)
    {
        var copy = generator.ToPolicySet();
        var place = copy.RoleBindings.Length / 2;
        return copy with { RoleBindings = copy.RoleBindings.SetItem(place, Joined(copy.RoleBindings[place])) };
    }

    private static RoleBinding Joined(RoleBinding binding) => binding with { Subjects = binding.Subjects.Add(Subject.User("joiner")) };

    private static int Spread(int i, int length) => (int)((long)i * length / Count);
}

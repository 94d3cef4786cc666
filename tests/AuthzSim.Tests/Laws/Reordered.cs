using System.Collections.Immutable;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>A policy in which every role's name is its own, and the same objects in another order.</summary>
/// <param name="Questions">The policy with requests.</param>
/// <param name="Policy">The same objects reordered.</param>
public sealed record Reordered(Questions Questions, PolicySet Policy)
{
    public static Gen<Reordered> Any { get; } =
        from questions in Questions.About(PolicyGenerators.Policy.Select(WithoutShadowedRoles))
        let policy = questions.Policy
        from clusterRoles in Gen.Shuffle(policy.ClusterRoles.ToArray())
        from roles in Gen.Shuffle(policy.Roles.ToArray())
        from clusterRoleBindings in Gen.Shuffle(policy.ClusterRoleBindings.ToArray())
        from roleBindings in Gen.Shuffle(policy.RoleBindings.ToArray())
        select new Reordered(questions, new PolicySet
        {
            ClusterRoles = [.. clusterRoles],
            Roles = [.. roles],
            ClusterRoleBindings = [.. clusterRoleBindings],
            RoleBindings = [.. roleBindings],
        });

    /// <summary>The policy without roles that a later one of the same name and namespace hides.</summary>
    public static PolicySet WithoutShadowedRoles(PolicySet policy) => policy with
    {
        ClusterRoles = Last(policy.ClusterRoles),
        Roles = Last(policy.Roles),
    };

    private static ImmutableArray<T> Last<T>(ImmutableArray<T> roles)
        where T : RbacRole =>
        [.. roles.Reverse().DistinctBy(r => (r.Metadata.Namespace, r.Metadata.Name)).Reverse()];
}

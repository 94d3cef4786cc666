using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Compiled;

/// <summary>What <c>With</c> means, on plain lists: put replaces the last of its name in its place or appends, delete removes it.</summary>
internal static class PolicyModel
{
    /// <summary>The policy without roles that a later one of the same name hides.</summary>
    public static PolicySet WithoutHiddenRoles(PolicySet policy) => policy with
    {
        ClusterRoles = LastOfEach(policy.ClusterRoles),
        Roles = LastOfEach(policy.Roles),
    };

    public static PolicySet Apply(PolicySet policy, PolicyChange change) => change.Kind switch
    {
        RbacNames.ClusterRoleKind => policy with { ClusterRoles = Apply(policy.ClusterRoles, change) },
        RbacNames.RoleKind => policy with { Roles = Apply(policy.Roles, change) },
        RbacNames.ClusterRoleBindingKind => policy with { ClusterRoleBindings = Apply(policy.ClusterRoleBindings, change) },
        _ => policy with { RoleBindings = Apply(policy.RoleBindings, change) },
    };

    private static ImmutableArray<T> Apply<T>(ImmutableArray<T> list, PolicyChange change)
        where T : RbacObject
    {
        var at = -1;
        for (var i = 0; i < list.Length; i++)
        {
            var o = list[i];
            at = o.Metadata.Name == change.Name && (!o.IsNamespaced || o.Metadata.Namespace == change.Namespace) ? i : at;
        }

        return change.Object is T put
            ? at < 0 ? list.Add(put) : list.SetItem(at, put)
            : at < 0 ? list : list.RemoveAt(at);
    }

    private static ImmutableArray<T> LastOfEach<T>(ImmutableArray<T> roles)
        where T : RbacRole
    {
        var last = new Dictionary<(string, string), T>();
        foreach (var role in roles)
        {
            last[(role.IsNamespaced ? role.Metadata.Namespace : "", role.Metadata.Name)] = role;
        }

        return [.. roles.Where(r => ReferenceEquals(r, last[(r.IsNamespaced ? r.Metadata.Namespace : "", r.Metadata.Name)]))];
    }
}

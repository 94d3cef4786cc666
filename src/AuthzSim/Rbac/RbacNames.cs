namespace AuthzSim.Rbac;

/// <summary>The names of the RBAC API (upstream: <c>pkg/apis/rbac/types.go</c>, <c>pkg/authentication/user</c>).</summary>
public static class RbacNames
{
    /// <summary>The API group of the four RBAC kinds.</summary>
    public const string Group = "rbac.authorization.k8s.io";

    /// <summary>Matches every verb, API group, resource or path.</summary>
    public const string All = "*";

    /// <summary>Kind of a namespaced role.</summary>
    public const string RoleKind = "Role";

    /// <summary>Kind of a cluster-scoped role.</summary>
    public const string ClusterRoleKind = "ClusterRole";

    /// <summary>Kind of a namespaced binding.</summary>
    public const string RoleBindingKind = "RoleBinding";

    /// <summary>Kind of a cluster-scoped binding.</summary>
    public const string ClusterRoleBindingKind = "ClusterRoleBinding";

    /// <summary>Subject kind of a user.</summary>
    public const string UserKind = "User";

    /// <summary>Subject kind of a group.</summary>
    public const string GroupKind = "Group";

    /// <summary>Subject kind of a service account.</summary>
    public const string ServiceAccountKind = "ServiceAccount";

    /// <summary>The group whose members may do everything, before any other authorizer is asked.</summary>
    public const string SystemMasters = "system:masters";

    /// <summary>The kind of RBAC object that a type in words means, <c>RoleBinding</c> for <c>rolebindings</c>; null when it means none.</summary>
    /// <param name="type">A kind, or its plural, in any case.</param>
    public static string? KindOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Array.Find(
            (string[])[RoleKind, ClusterRoleKind, RoleBindingKind, ClusterRoleBindingKind],
            k => type.Equals(k, StringComparison.OrdinalIgnoreCase) || type.Equals(k + "s", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>True for the kinds whose objects are in a namespace.</summary>
    /// <param name="kind">A kind of RBAC object.</param>
    public static bool IsNamespaced(string kind) => kind is RoleKind or RoleBindingKind;
}

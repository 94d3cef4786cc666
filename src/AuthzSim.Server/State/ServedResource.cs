using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>One of the six resources whose objects the server has.</summary>
/// <param name="Index">Its place among <see cref="All"/>.</param>
/// <param name="Group">The API group, <c>""</c> being the core group.</param>
/// <param name="Name">The plural, as in URLs.</param>
/// <param name="Kind">The kind of its objects.</param>
/// <param name="IsNamespaced">True for objects in namespaces.</param>
internal sealed record ServedResource(int Index, string Group, string Name, string Kind, bool IsNamespaced)
{
    public static readonly ServedResource ClusterRoles = new(0, RbacNames.Group, "clusterroles", RbacNames.ClusterRoleKind, false);
    public static readonly ServedResource Roles = new(1, RbacNames.Group, "roles", RbacNames.RoleKind, true);
    public static readonly ServedResource ClusterRoleBindings = new(2, RbacNames.Group, "clusterrolebindings", RbacNames.ClusterRoleBindingKind, false);
    public static readonly ServedResource RoleBindings = new(3, RbacNames.Group, "rolebindings", RbacNames.RoleBindingKind, true);
    public static readonly ServedResource Namespaces = new(4, "", "namespaces", "Namespace", false);
    public static readonly ServedResource ServiceAccounts = new(5, "", "serviceaccounts", "ServiceAccount", true);

    /// <summary>All of them, by <see cref="Index"/>.</summary>
    public static ImmutableArray<ServedResource> All { get; } =
        [ClusterRoles, Roles, ClusterRoleBindings, RoleBindings, Namespaces, ServiceAccounts];

    /// <summary>The version of both groups.</summary>
    public const string Version = "v1";

    /// <summary>As objects have it.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>True for the four kinds that make the policy.</summary>
    public bool IsRbac => Index < 4;

    /// <summary>The resource of a URL, or null.</summary>
    public static ServedResource? Find(string group, string version, string name) =>
        version == Version ? All.FirstOrDefault(r => r.Name == name && r.Group == group) : null;

    /// <summary>The resource of a kind of RBAC object.</summary>
    public static ServedResource OfKind(string kind) => All.First(r => r.Kind == kind);
}

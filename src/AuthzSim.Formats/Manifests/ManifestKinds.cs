using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>What a document is to us.</summary>
internal enum ManifestKind
{
    /// <summary>A kind that has nothing to do with RBAC.</summary>
    Other,

    /// <summary>A kind or version that does not exist, though the document means to be RBAC.</summary>
    Wrong,

    List,
    Role,
    ClusterRole,
    RoleBinding,
    ClusterRoleBinding,
    Namespace,
    ServiceAccount,
    CustomResourceDefinition,
}

/// <summary>The kinds that are read, by apiVersion and kind.</summary>
internal static class ManifestKinds
{
    public const string Version = RbacNames.Group + "/v1";
    public const string AlphaVersion = RbacNames.Group + "/v1alpha1";
    public const string BetaVersion = RbacNames.Group + "/v1beta1";
    public const string DefinitionVersion = "apiextensions.k8s.io/v1";
    private const string ListSuffix = "List";

    private static readonly string[] RbacKinds =
        [RbacNames.RoleKind, RbacNames.ClusterRoleKind, RbacNames.RoleBindingKind, RbacNames.ClusterRoleBindingKind];

    public static bool IsRbac(this ManifestKind kind) => kind is >= ManifestKind.Role and <= ManifestKind.ClusterRoleBinding;

    /// <summary>True for a kind whose <c>items</c> are objects of their own.</summary>
    public static bool IsList(string kind) => kind.EndsWith(ListSuffix, StringComparison.Ordinal);

    /// <summary>The kind of a typed list's items; <c>""</c> for <c>List</c>.</summary>
    public static string ItemKind(string listKind) => listKind[..^ListSuffix.Length];

    public static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? apiVersion[..slash] : "";

    public static bool IsRbacKind(string kind) => RbacKinds.Contains(kind, StringComparer.Ordinal);

    /// <summary>The apiVersion a kind is found in, or null when it is none of ours.</summary>
    public static string? UsualVersion(string kind) => kind switch
    {
        "List" or "Namespace" or "ServiceAccount" or "NamespaceList" or "ServiceAccountList" => "v1",
        "CustomResourceDefinition" or "CustomResourceDefinitionList" => DefinitionVersion,
        _ => IsRbacKind(kind) || (IsList(kind) && IsRbacKind(ItemKind(kind))) ? Version : null,
    };

    public static ManifestKind Classify(string apiVersion, string kind) => (apiVersion, kind) switch
    {
        ("v1", "List") => ManifestKind.List,
        ("v1", "Namespace") => ManifestKind.Namespace,
        ("v1", "ServiceAccount") => ManifestKind.ServiceAccount,
        ("v1", "NamespaceList" or "ServiceAccountList") => ManifestKind.List,
        (DefinitionVersion, "CustomResourceDefinition") => ManifestKind.CustomResourceDefinition,
        (DefinitionVersion, "CustomResourceDefinitionList") => ManifestKind.List,
        (Version or BetaVersion or AlphaVersion, _) => ClassifyRbac(kind),
        _ when MeansRbac(apiVersion, kind) => ManifestKind.Wrong,
        _ => ManifestKind.Other,
    };

    /// <summary>What is wrong with a document of <see cref="ManifestKind.Wrong"/>: code and message.</summary>
    public static (string Code, string Message) Explain(string apiVersion, string kind)
    {
        if (apiVersion is Version or BetaVersion or AlphaVersion)
        {
            var hint = FieldHints.Nearest(kind, RbacKinds) is { } meant
                ? $"did you mean `{meant}`?"
                : "it has `Role`, `ClusterRole`, `RoleBinding` and `ClusterRoleBinding`";
            return (DiagnosticCodes.UnknownKind, $"`{apiVersion}` has no kind `{kind}`: {hint}");
        }

        return (DiagnosticCodes.UnknownVersion, $"there is no `{kind}` in `{apiVersion}`: write `apiVersion: {Version}`");
    }

    private static ManifestKind ClassifyRbac(string kind) => kind switch
    {
        RbacNames.RoleKind => ManifestKind.Role,
        RbacNames.ClusterRoleKind => ManifestKind.ClusterRole,
        RbacNames.RoleBindingKind => ManifestKind.RoleBinding,
        RbacNames.ClusterRoleBindingKind => ManifestKind.ClusterRoleBinding,
        _ when IsList(kind) && IsRbacKind(ItemKind(kind)) => ManifestKind.List,
        _ => ManifestKind.Wrong,
    };

    /// <summary>Another version of the group, or an RBAC kind in the core group or in a group spelled almost right.</summary>
    private static bool MeansRbac(string apiVersion, string kind)
    {
        var group = GroupOf(apiVersion);
        return group == RbacNames.Group || (IsRbacKind(kind)
            && (group.Length == 0 || FieldHints.Nearest(group, [RbacNames.Group]) is not null));
    }
}

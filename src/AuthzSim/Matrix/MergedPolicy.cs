using AuthzSim.Rbac;

namespace AuthzSim.Matrix;

/// <summary>Policies that answer "in some namespace" and "for some object" as the plain question of one namespace and no name.</summary>
internal static class MergedPolicy
{
    /// <summary>The namespace that all role bindings are put into. No other is asked about then.</summary>
    public const string Namespace = "any";

    /// <summary>The policy with the roles and bindings of all namespaces in one: it allows there what some namespace allows.</summary>
    public static PolicySet OfAllNamespaces(PolicySet policy) => policy with
    {
        Roles = [.. policy.Roles.Select(r => r with { Metadata = Merged(r.Metadata, r.Metadata.Name) })],
        RoleBindings =
        [
            .. policy.RoleBindings.Where(b => b.Metadata.Namespace.Length > 0).Select((b, i) => b with
            {
                Metadata = Merged(b.Metadata, $"{i}"),
                RoleRef = b.RoleRef.Kind == RbacNames.RoleKind ? RoleRef.Role(NameOf(b.Metadata.Namespace, b.RoleRef.Name)) : b.RoleRef,
                Subjects = [.. b.Subjects.Select(s => s.Namespace.Length == 0 ? s with { Namespace = b.Metadata.Namespace } : s)],
            }),
        ],
    };

    /// <summary>The policy with rules for named objects made rules for any.</summary>
    public static PolicySet WithoutNames(PolicySet policy) => policy with
    {
        ClusterRoles = [.. policy.ClusterRoles.Select(r => r with { Rules = [.. r.Rules.Select(WithoutNames)] })],
        Roles = [.. policy.Roles.Select(r => r with { Rules = [.. r.Rules.Select(WithoutNames)] })],
    };

    private static PolicyRule WithoutNames(PolicyRule rule) => rule.ResourceNames.IsEmpty ? rule : rule with { ResourceNames = [] };

    private static ObjectMeta Merged(ObjectMeta metadata, string name) => new() { Namespace = Namespace, Name = NameOf(metadata.Namespace, name) };

    private static string NameOf(string @namespace, string name) => $"{@namespace}/{name}";
}

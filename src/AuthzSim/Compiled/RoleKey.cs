using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// The text under which a role is found: kind, length of the namespace, namespace and name, so that no two roles share one.
/// A reference of an unknown kind gets a key of its own, under which no role ever is.
/// </summary>
internal static class RoleKey
{
    private const int LengthChars = 2;

    /// <summary>The role a reference means, written in a binding of this namespace (<c>""</c> for a cluster role binding).</summary>
    public static string Of(RoleRef roleRef, string bindingNamespace) => roleRef.Kind switch
    {
        RbacNames.ClusterRoleKind => Of('C', "", roleRef.Name),
        RbacNames.RoleKind => Of('R', bindingNamespace, roleRef.Name),
        _ => Of('?', roleRef.Kind, roleRef.Name),
    };

    public static string Of(RbacRole role) =>
        role.IsNamespaced ? Of('R', role.Metadata.Namespace, role.Metadata.Name) : Of('C', "", role.Metadata.Name);

    private static string Of(char kind, string @namespace, string name) => string.Create(
        1 + LengthChars + @namespace.Length + name.Length,
        (kind, @namespace, name),
        static (span, parts) =>
        {
            span[0] = parts.kind;
            span[1] = (char)(parts.@namespace.Length >> 16);
            span[2] = (char)parts.@namespace.Length;
            parts.@namespace.CopyTo(span[(1 + LengthChars)..]);
            parts.name.CopyTo(span[(1 + LengthChars + parts.@namespace.Length)..]);
        });
}

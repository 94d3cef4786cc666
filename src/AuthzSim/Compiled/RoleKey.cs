using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// The text under which a role is found: kind, length of the namespace, namespace and name, so that no two roles share one.
/// A reference of an unknown kind gets a key of its own, under which no role ever is.
/// </summary>
internal static class RoleKey
{
    /// <summary>How many characters come before the namespace.</summary>
    public const int HeadLength = 3;

    private const char ClusterKind = 'C';
    private const char NamespacedKind = 'R';
    private const char UnknownKind = '?';

    /// <summary>The role a reference means, written in a binding of this namespace (<c>""</c> for a cluster role binding).</summary>
    public static string Of(RoleRef roleRef, string bindingNamespace)
    {
        var (kind, @namespace) = PartsOf(roleRef, bindingNamespace);
        return Of(kind, @namespace, roleRef.Name);
    }

    /// <summary>The same in a buffer, which grows when it is too small.</summary>
    public static ReadOnlySpan<char> In(ref char[] buffer, RoleRef roleRef, string bindingNamespace)
    {
        var (kind, @namespace) = PartsOf(roleRef, bindingNamespace);
        var length = HeadLength + @namespace.Length + roleRef.Name.Length;
        Reserve(ref buffer, length);
        Write(buffer, (kind, @namespace, roleRef.Name));
        return buffer.AsSpan(0, length);
    }

    public static string Of(RbacRole role) =>
        role.IsNamespaced ? Of(NamespacedKind, role.Metadata.Namespace, role.Metadata.Name) : Of(ClusterKind, "", role.Metadata.Name);

    /// <summary>Writes what comes before the namespace and the name of a role.</summary>
    public static void WriteHead(Span<char> key, bool isNamespaced, int namespaceLength) =>
        WriteHead(key, isNamespaced ? NamespacedKind : ClusterKind, namespaceLength);

    /// <summary>Gives a buffer room for so many characters.</summary>
    public static void Reserve(ref char[] buffer, int length)
    {
        if (length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
        }
    }

    private static (char Kind, string Namespace) PartsOf(RoleRef roleRef, string bindingNamespace) => roleRef.Kind switch
    {
        RbacNames.ClusterRoleKind => (ClusterKind, ""),
        RbacNames.RoleKind => (NamespacedKind, bindingNamespace),
        _ => (UnknownKind, roleRef.Kind),
    };

    private static string Of(char kind, string @namespace, string name) =>
        string.Create(HeadLength + @namespace.Length + name.Length, (kind, @namespace, name), Write);

    private static void Write(Span<char> key, (char Kind, string Namespace, string Name) parts)
    {
        WriteHead(key, parts.Kind, parts.Namespace.Length);
        parts.Namespace.CopyTo(key[HeadLength..]);
        parts.Name.CopyTo(key[(HeadLength + parts.Namespace.Length)..]);
    }

    private static void WriteHead(Span<char> key, char kind, int namespaceLength)
    {
        key[0] = kind;
        key[1] = (char)(namespaceLength >> 16);
        key[2] = (char)namespaceLength;
    }
}

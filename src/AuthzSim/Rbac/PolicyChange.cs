using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Rbac;

/// <summary>One change to a policy: an object put in place, whether it was there or not, or one removed.</summary>
public sealed record PolicyChange
{
    private PolicyChange(RbacObject? put, string kind, string @namespace, string name)
    {
        Object = put;
        Kind = kind;
        Namespace = @namespace;
        Name = name;
    }

    /// <summary>The object put in place; null for a removal.</summary>
    public RbacObject? Object { get; }

    /// <summary>The object's kind.</summary>
    public string Kind { get; }

    /// <summary>The object's namespace; <c>""</c> for cluster-scoped kinds.</summary>
    public string Namespace { get; }

    /// <summary>The object's name.</summary>
    public string Name { get; }

    /// <summary>Adds an object, at the end of its kind, or replaces the one of its name, in its place.</summary>
    /// <param name="object">The object as it is to be.</param>
    public static PolicyChange Put(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return new PolicyChange(@object, @object.Kind, @object.IsNamespaced ? @object.Metadata.Namespace : "", @object.Metadata.Name);
    }

    /// <summary>Removes an object; nothing happens when there is none of that name.</summary>
    /// <param name="kind"><c>Role</c>, <c>ClusterRole</c>, <c>RoleBinding</c> or <c>ClusterRoleBinding</c>.</param>
    /// <param name="namespace">The namespace; <c>""</c> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The kind is none of the four.</exception>
    public static PolicyChange Delete(string kind, string @namespace, string name)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        ArgumentNullException.ThrowIfNull(name);
        return kind is RbacNames.RoleKind or RbacNames.ClusterRoleKind or RbacNames.RoleBindingKind or RbacNames.ClusterRoleBindingKind
            ? new PolicyChange(null, kind, @namespace, name)
            : throw new ArgumentException($"`{kind}` is not a kind of RBAC object", nameof(kind));
    }

    /// <summary>Reads a removal as people type it: <c>clusterrolebinding/ops</c>, <c>rolebinding/shop/readers</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="namespace">The namespace of objects that name none; null or <c>""</c> when they must.</param>
    /// <param name="deletion">The removal; null when the text is none.</param>
    /// <param name="problem">What is wrong with the text; null when nothing is.</param>
    public static bool TryParseDeletion(
        string text, string? @namespace, [NotNullWhen(true)] out PolicyChange? deletion, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        (deletion, problem) = (null, null);
        var parts = text.Split('/', 2);
        var type = parts[0].ToLowerInvariant();
        if (type.EndsWith("." + RbacNames.Group, StringComparison.Ordinal))
        {
            type = type[..^(RbacNames.Group.Length + 1)];
        }

        if (RbacNames.KindOf(type) is not { } kind || parts is not [_, { Length: > 0 } rest])
        {
            problem = "expected TYPE/NAME, such as clusterrolebinding/ops or rolebinding/readers with -n shop";
            return false;
        }

        deletion = RbacNames.IsNamespaced(kind)
            ? rest.Split('/', 2) switch
            {
                [{ Length: > 0 } own, { Length: > 0 } name] => Delete(kind, own, name),
                [{ Length: > 0 } name] when !string.IsNullOrEmpty(@namespace) => Delete(kind, @namespace, name),
                _ => null,
            }
            : Delete(kind, "", rest);
        problem = deletion is null ? $"a {kind} is in a namespace: give it with -n" : null;
        return deletion is not null;
    }
}

using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>Parts of an <see cref="AccessSet"/> in a line of words, as <see cref="RuleText"/> writes rules.</summary>
public static class AccessText
{
    private const string Core = "core";
    private const string ClusterScope = "at the cluster scope";

    /// <summary>
    /// What may be done: <c>[get list] pods, pods/log in apps named web</c>, or <c>[get] /metrics*</c>. The core group is said
    /// only beside others.
    /// </summary>
    /// <param name="rule">The rule.</param>
    public static string Action(AccessRule rule) => rule switch
    {
        ResourceAccessRule r => $"[{Spaced(r.Verbs)}] {string.Join(", ", r.ResourceWords())}{Groups(r.ApiGroups)}{Names(r.ResourceNames)}",
        UrlAccessRule u => $"[{Spaced(u.Verbs)}] {u.Urls}",
        _ => throw new ArgumentNullException(nameof(rule)),
    };

    /// <summary>
    /// Where: <c>everywhere</c>, <c>in namespace shop</c>, <c>at the cluster scope</c>, <c>everywhere but in namespaces a, b</c>.
    /// </summary>
    /// <param name="rule">The rule; a URL is nowhere, <c>on URLs</c>.</param>
    public static string Scope(AccessRule rule)
    {
        if (rule is not ResourceAccessRule { Namespaces: var namespaces })
        {
            return "on URLs";
        }

        return namespaces.IsAll ? "everywhere"
            : namespaces.IsComplement ? $"everywhere but {Places(namespaces)}"
            : Places(namespaces);
    }

    /// <summary>Both: <c>[get list] pods in namespace shop</c>.</summary>
    /// <param name="rule">The rule.</param>
    public static string Of(AccessRule rule) => rule is UrlAccessRule ? Action(rule) : $"{Action(rule)} {Scope(rule)}";

    private static string Spaced(ValueSet verbs)
    {
        var list = string.Join(' ', verbs.Values.Select(ValueSet.Quoted));
        return !verbs.IsComplement ? list : verbs.IsAll ? RbacNames.All : $"{RbacNames.All} except {list}";
    }

    private static string Groups(ValueSet groups) => groups switch
    {
        { IsAll: true } => " in all API groups",
        { IsComplement: true } => $" in all API groups except {Said(groups)}",
        { Values: [""] } => "",
        _ => $" in {Said(groups)}",
    };

    private static string Said(ValueSet groups) => Listed(groups.Values.Select(g => g.Length == 0 ? Core : g));

    private static string Names(ValueSet names)
    {
        if (names.IsAll)
        {
            return "";
        }

        var named = Listed(names.Values.Where(n => n.Length > 0));
        return (named.Length, names.IsComplement, names.Values.Contains("")) switch
        {
            (0, true, _) => " of any name, but only named",
            (0, false, _) => " without a name",
            (_, true, true) => $" except those named {named} and requests without a name",
            (_, true, false) => $" except those named {named}",
            (_, false, true) => $" named {named}, or without a name",
            (_, false, false) => $" named {named}",
        };
    }

    private static string Places(ValueSet namespaces)
    {
        var count = namespaces.Values.Count(n => n.Length > 0);
        var named = Listed(namespaces.Values.Where(n => n.Length > 0));
        string[] parts =
        [
            .. count > 0 ? [$"in namespace{(count == 1 ? "" : "s")} {named}"] : Array.Empty<string>(),
            .. namespaces.Values.Contains("") ? [ClusterScope] : Array.Empty<string>(),
        ];
        return string.Join(" and ", parts);
    }

    private static string Listed(IEnumerable<string> values) => string.Join(", ", values.Select(ValueSet.Quoted));
}

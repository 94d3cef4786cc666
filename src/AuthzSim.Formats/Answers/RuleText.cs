using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Formats.Answers;

/// <summary>Objects in a line of words.</summary>
public static class RuleText
{
    private const int ShownOfLongList = 3;

    /// <summary>
    /// A rule: <c>[get list] pods, pods/log</c>, groups other than core and names after it. Of a long list what has to do with
    /// the request comes first and the rest is counted.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="about">The request.</param>
    public static string Of(PolicyRule rule, RequestAttributes about)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var verbs = GoText.List(rule.Verbs.AsSpan());
        if (!about.IsResourceRequest || rule.Resources.IsEmpty)
        {
            return $"{verbs} {Shorten(rule.NonResourceUrls, u => u == about.Path || (u.EndsWith('*') && about.Path.StartsWith(u.TrimEnd('*'), StringComparison.Ordinal)))}";
        }

        var groups = rule.ApiGroups is [""] ? ""
            : $" in {Shorten([.. rule.ApiGroups.Select(g => g.Length == 0 ? "core" : g)], g => g == about.ApiGroup)}";
        var names = rule.ResourceNames.IsEmpty ? "" : $" named {Shorten(rule.ResourceNames, n => n == about.Name)}";
        var resources = Shorten(
            rule.Resources, r => r == about.Resource || r == RbacNames.All || r.StartsWith(about.Resource + "/", StringComparison.Ordinal));
        return $"{verbs} {resources}{groups}{names}";
    }

    /// <summary>A binding or role: its kind, namespace and name.</summary>
    /// <param name="object">The binding or role.</param>
    public static string Of(RbacObject @object)
    {
        ArgumentNullException.ThrowIfNull(@object);
        return @object.IsNamespaced
            ? $"{@object.Kind} {Shown(@object.Metadata.Namespace)}/{Shown(@object.Metadata.Name)}"
            : $"{@object.Kind} {Shown(@object.Metadata.Name)}";
    }

    /// <summary>A subject: its kind and name.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="bindingNamespace">The namespace of the binding it stands in, which a service account without one is in.</param>
    public static string Of(Subject subject, string bindingNamespace)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.Kind == RbacNames.ServiceAccountKind
            ? $"{subject.Kind} {Shown(subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace)}/{Shown(subject.Name)}"
            : $"{subject.Kind} {Shown(subject.Name)}";
    }

    /// <summary><c> (path:line)</c>, or nothing when it is not known.</summary>
    /// <param name="location">The place.</param>
    public static string At(SourceLocation location) => location switch
    {
        { Path: DefaultPolicy.Path } => " " + DefaultPolicy.Path,
        { IsKnown: true } => $" ({location.ToShortString()})",
        _ => "",
    };

    /// <summary><c>path:line</c>; lines of the default policy, which is in no file of the reader's, are left out.</summary>
    /// <param name="location">The place.</param>
    public static string Place(SourceLocation location) =>
        location.Path == DefaultPolicy.Path ? DefaultPolicy.Path : location.ToShortString();

    /// <summary>A name as it is, quoted when it could play tricks on a terminal.</summary>
    /// <param name="name">The name.</param>
    public static string Shown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format) ? GoText.Quote(name) : name;
    }

    private static string Shorten(ImmutableArray<string> list, Func<string, bool> isRelevant)
    {
        if (list.Length <= ShownOfLongList + 1)
        {
            return string.Join(", ", list);
        }

        var shown = list.OrderByDescending(isRelevant).Take(ShownOfLongList);
        return $"{string.Join(", ", shown)} and {list.Length - ShownOfLongList} more";
    }
}

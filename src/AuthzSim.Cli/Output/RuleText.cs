using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Cli.Output;

/// <summary>Objects in a line of words.</summary>
internal static class RuleText
{
    /// <summary>A rule: <c>[get list] pods, pods/log</c>, groups other than core and names after it.</summary>
    public static string Of(PolicyRule rule)
    {
        var verbs = GoText.List(rule.Verbs.AsSpan());
        if (rule.Resources.IsEmpty)
        {
            return $"{verbs} {string.Join(", ", rule.NonResourceUrls)}";
        }

        var groups = rule.ApiGroups is [""] ? "" : $" in {string.Join(", ", rule.ApiGroups.Select(g => g.Length == 0 ? "core" : g))}";
        var names = rule.ResourceNames.IsEmpty ? "" : $" named {string.Join(", ", rule.ResourceNames)}";
        return $"{verbs} {string.Join(", ", rule.Resources)}{groups}{names}";
    }

    /// <summary>A binding or role: its kind, namespace and name.</summary>
    public static string Of(RbacObject @object) => @object.IsNamespaced
        ? $"{@object.Kind} {@object.Metadata.Namespace}/{@object.Metadata.Name}"
        : $"{@object.Kind} {@object.Metadata.Name}";

    /// <summary>A subject: its kind and name.</summary>
    public static string Of(Subject subject, string bindingNamespace) => subject.Kind == RbacNames.ServiceAccountKind
        ? $"{subject.Kind} {(subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace)}/{subject.Name}"
        : $"{subject.Kind} {subject.Name}";

    /// <summary><c> (path:line)</c>, or nothing when it is not known.</summary>
    public static string At(SourceLocation location) => location.IsKnown ? $" ({location.ToShortString()})" : "";
}

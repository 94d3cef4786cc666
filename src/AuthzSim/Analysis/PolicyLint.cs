using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Something valid that is most likely a mistake.</summary>
/// <param name="Location">Where it was read.</param>
/// <param name="Code">What sort of mistake; one of the constants of <see cref="PolicyLint"/>.</param>
/// <param name="Message">What is odd, and the way out.</param>
public sealed record LintFinding(SourceLocation Location, string Code, string Message);

/// <summary>Finds what the API server accepts without a word and what yet does nothing.</summary>
public static class PolicyLint
{
    /// <summary>A binding to a role that does not exist: it grants nothing, and every denial reports it.</summary>
    public const string DanglingRoleRef = "dangling-role-ref";

    /// <summary>A binding without subjects: it grants nothing to anybody.</summary>
    public const string NoSubjects = "no-subjects";

    /// <summary>A part of a rule, or a rule, that no request can match.</summary>
    public const string NeverMatches = "never-matches";

    // `create` is not among the verbs without a name: PUT and server-side apply create an object under the name in the URL.
    private const string NamelessVerb = "deletecollection";

    /// <summary>All findings: roles first, then bindings, in policy order; each place once.</summary>
    /// <param name="policy">The policy, with the default one if the cluster has it.</param>
    public static IEnumerable<LintFinding> Find(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var resolver = new RuleResolver(policy);
        var roles = ((IEnumerable<RbacRole>)[.. policy.ClusterRoles, .. policy.Roles]).SelectMany(r => r.Rules.SelectMany(FindInRule));
        var bindings = ((IEnumerable<RbacBinding>)[.. policy.ClusterRoleBindings, .. policy.RoleBindings]).SelectMany(b => FindInBinding(b, resolver));

        // An aggregated role has the very rules of others.
        return roles.Concat(bindings).Distinct();
    }

    private static IEnumerable<LintFinding> FindInBinding(RbacBinding binding, RuleResolver resolver)
    {
        if (resolver.RoleOf(binding) is null)
        {
            var where = binding.RoleRef.Kind == RbacNames.RoleKind ? $" in namespace `{binding.Metadata.Namespace}`" : "";
            yield return new LintFinding(
                binding.Location,
                DanglingRoleRef,
                $"{binding.Kind} `{binding.Metadata.Name}` refers to {binding.RoleRef.Kind} `{binding.RoleRef.Name}`, which does not exist{where}: it grants nothing");
        }

        if (binding.Subjects.IsEmpty && !IsBootstrapped(binding))
        {
            yield return new LintFinding(
                binding.Location, NoSubjects, $"{binding.Kind} `{binding.Metadata.Name}` has no subjects: it grants nothing to anybody");
        }
    }

    /// <summary>True for an object the API server itself keeps, such as <c>system:node</c>, which has no subjects on purpose.</summary>
    private static bool IsBootstrapped(RbacBinding binding) =>
        binding.Metadata.Labels.GetValueOrDefault("kubernetes.io/bootstrapping") == "rbac-defaults";

    private static IEnumerable<LintFinding> FindInRule(PolicyRule rule)
    {
        var texts = rule.Verbs.Select(WhyVerbNeverMatches)
            .Concat(rule.Resources.Select(WhyResourceNeverMatches))
            .Concat(rule.NonResourceUrls.Select(WhyUrlNeverMatches))
            .Append(WhyNamesNeverMatch(rule));
        return texts.OfType<string>().Select(t => new LintFinding(rule.Location, NeverMatches, t));
    }

    private static string? WhyVerbNeverMatches(string verb) =>
        verb.Length == 0 ? "an empty verb never matches: `*` stands for all verbs"
        : verb.Any(char.IsAsciiLetterUpper) ? $"verb `{verb}` never matches: verbs are lower-case"
        : null;

    private static string? WhyResourceNeverMatches(string resource)
    {
        if (resource.Any(char.IsAsciiLetterUpper))
        {
            return $"resource `{resource}` never matches: resources are lower-case plurals, such as `pods`";
        }

        return resource.Split('/') switch
        {
            [""] => "an empty resource never matches: `*` stands for all resources",
            [RbacNames.All, RbacNames.All] => $"resource `{resource}` never matches: write `*`, which includes all subresources",
            [var name, RbacNames.All] => $"resource `{resource}` never matches: `*` is no wildcard after a slash; write `{name}` and each subresource, or `*` for everything",
            [_, ""] or ["", _] => $"resource `{resource}` never matches: write `resource` or `resource/subresource`",
            { Length: > 2 } => $"resource `{resource}` never matches: a subresource is one segment",
            _ => null,
        };
    }

    private static string? WhyUrlNeverMatches(string url) =>
        url.StartsWith('/') || (url.EndsWith('*') && url.Trim('*').Length == 0) ? null : $"non-resource URL `{url}` never matches: paths start with `/`";

    private static string? WhyNamesNeverMatch(PolicyRule rule) =>
        !rule.ResourceNames.IsEmpty && !rule.ResourceNames.Contains("") && !rule.Verbs.IsEmpty
        && rule.Verbs.All(v => v == NamelessVerb) && rule.Resources.All(r => !r.Contains('/', StringComparison.Ordinal) && r != RbacNames.All)
            ? $"the rule never matches: requests to {NamelessVerb} have no name, so `resourceNames` excludes them"
            : null;
}

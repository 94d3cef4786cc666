using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>Finds what the API server accepts without a word and what yet does nothing, is needless, or gives more than it seems.</summary>
public static class PolicyLint
{
    /// <summary>A binding to a role that does not exist: it grants nothing, and every denial reports it.</summary>
    public const string DanglingRoleRef = "dangling-role-ref";

    /// <summary>A binding without subjects: it grants nothing to anybody.</summary>
    public const string NoSubjects = "no-subjects";

    /// <summary>A part of a rule, or a rule, that no request can match.</summary>
    public const string NeverMatches = "never-matches";

    /// <summary>A rule that one other rule of the same role contains.</summary>
    public const string ShadowedRule = "shadowed-rule";

    /// <summary>A rule without which nobody loses anything.</summary>
    public const string RedundantRule = "redundant-rule";

    /// <summary>A binding without which nobody loses anything.</summary>
    public const string RedundantBinding = "redundant-binding";

    /// <summary>A subject of a binding who has all of it without that binding, too.</summary>
    public const string RedundantSubject = "redundant-subject";

    /// <summary>A subject that a binding names twice.</summary>
    public const string DuplicateSubject = "duplicate-subject";

    /// <summary>A role that allows exactly what another does.</summary>
    public const string DuplicateRole = "duplicate-role";

    /// <summary>A role that no binding grants and no aggregated role takes.</summary>
    public const string UnusedRole = "unused-role";

    /// <summary>A service account that the input does not have, although it has some.</summary>
    public const string DanglingServiceAccount = "dangling-service-account";

    /// <summary>An object of a namespace that the input does not have, although it has some.</summary>
    public const string DanglingNamespace = "dangling-namespace";

    /// <summary>A <c>*</c> whose meaning could be listed.</summary>
    public const string Wildcard = "wildcard";

    /// <summary>A binding that gives everything, everywhere.</summary>
    public const string ClusterAdmin = "cluster-admin";

    /// <summary>A subject that can give itself, or become somebody who has, everything everywhere.</summary>
    public const string CanBecomeClusterAdmin = "can-become-cluster-admin";

    /// <summary>All codes of <see cref="FindAll"/>.</summary>
    public static ImmutableArray<string> Codes { get; } =
    [
        CanBecomeClusterAdmin, ClusterAdmin, DanglingNamespace, DanglingRoleRef, DanglingServiceAccount, DuplicateRole, DuplicateSubject,
        NeverMatches, NoSubjects, RedundantBinding, RedundantRule, RedundantSubject, ShadowedRule, UnusedRole, Wildcard,
    ];

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
        return roles.DistinctBy(f => (f.Location, f.Code, f.Message)).Concat(bindings);
    }

    /// <summary>
    /// The findings of <see cref="Find"/> and all that takes a look at who has what: worst first, then by place. Objects of the
    /// default policy (labelled <c>kubernetes.io/bootstrapping</c>) count, but nothing is said of them.
    /// </summary>
    /// <param name="policy">The policy, with the default one if the cluster has it.</param>
    /// <param name="discovery">The resources there are, to say what a wildcard means.</param>
    public static ImmutableArray<LintFinding> FindAll(PolicySet policy, ApiDiscovery discovery)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(discovery);
        var context = new LintContext(policy);
        var grants = IdentityGrants.Of(context);
        return
        [
            .. Find(policy)
                .Concat(new RedundancyLint(context, grants).Find())
                .Concat(ReferenceLint.Find(context))
                .Concat(new WildcardLint(discovery).Find(context))
                .Concat(new EscalationLint(context, grants).Find())
                .OrderByDescending(f => f.Severity)
                .ThenBy(f => f.Location.Path, StringComparer.Ordinal).ThenBy(f => f.Location.Line).ThenBy(f => f.Location.Column),
        ];
    }

    private static IEnumerable<LintFinding> FindInBinding(RbacBinding binding, RuleResolver resolver)
    {
        if (resolver.RoleOf(binding) is null)
        {
            var where = binding.RoleRef.Kind == RbacNames.RoleKind ? $" in namespace `{binding.Metadata.Namespace}`" : "";
            yield return new LintFinding(
                binding.Location,
                DanglingRoleRef,
                $"{binding.Kind} `{binding.Metadata.Name}` refers to {binding.RoleRef.Kind} `{binding.RoleRef.Name}`, which does not exist{where}: it grants nothing")
            {
                Removable = [new PolicyPart(binding)],
            };
        }

        if (binding.Subjects.IsEmpty && !IsBootstrapped(binding))
        {
            yield return new LintFinding(
                binding.Location, NoSubjects, $"{binding.Kind} `{binding.Metadata.Name}` has no subjects: it grants nothing to anybody")
            {
                Removable = [new PolicyPart(binding)],
            };
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

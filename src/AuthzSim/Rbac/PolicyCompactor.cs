using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Missing rules as a refusal lists them (upstream: <c>pkg/registry/rbac/validation/policy_compact.go</c> and
/// <c>CompactString</c> of <c>pkg/apis/rbac/v1/helpers.go</c>).
/// </summary>
internal static class PolicyCompactor
{
    /// <summary>
    /// The rules with the verbs of those for the same single group, resource and name (or none) put together in order,
    /// duplicates kept; rules of other shapes as they are, first.
    /// </summary>
    public static ImmutableArray<PolicyRule> CompactRules(ImmutableArray<PolicyRule> rules)
    {
        var simple = rules.Where(IsSimpleResourceRule)
            .GroupBy(rule => (rule.ApiGroups[0], rule.Resources[0], rule.ResourceNames.FirstOrDefault()))
            .Select(same => same.First() with { Verbs = [.. same.SelectMany(rule => rule.Verbs)] });
        return [.. rules.Where(rule => !IsSimpleResourceRule(rule)), .. simple];
    }

    /// <summary>The rule in one line: the lists that are not empty.</summary>
    public static string CompactString(PolicyRule rule)
    {
        (string Name, ImmutableArray<string> Items)[] lists =
        [
            ("APIGroups", rule.ApiGroups),
            ("Resources", rule.Resources),
            ("NonResourceURLs", rule.NonResourceUrls),
            ("ResourceNames", rule.ResourceNames),
            ("Verbs", rule.Verbs),
        ];
        var parts = lists.Where(l => !l.Items.IsEmpty).Select(l => $"{l.Name}:{GoText.QuoteList(l.Items.AsSpan())}");
        return $"{{{string.Join(", ", parts)}}}";
    }

    private static bool IsSimpleResourceRule(PolicyRule rule) =>
        rule is { ApiGroups.Length: 1, Resources.Length: 1, ResourceNames.Length: <= 1, NonResourceUrls.IsEmpty: true };
}

using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// Does one list of rules cover another, as the API server's escalation check judges it (upstream:
/// <c>component-helpers/auth/rbac/validation/policy_comparator.go</c>)? Weaker than a semantic comparison in places:
/// a sub-rule is covered by one owner rule alone or not at all.
/// </summary>
public static class PolicyComparator
{
    /// <summary>The sub-rules of <paramref name="servantRules"/> that no owner rule covers, in breakdown order; empty: covered.</summary>
    /// <param name="ownerRules">The rules held.</param>
    /// <param name="servantRules">The rules to be granted.</param>
    public static ImmutableArray<PolicyRule> Uncovered(ImmutableArray<PolicyRule> ownerRules, ImmutableArray<PolicyRule> servantRules) =>
    [
        .. servantRules.SelectMany(BreakdownRule).Where(sub => !ownerRules.Any(owner => RuleCovers(owner, sub))),
    ];

    /// <summary>
    /// A rule as sub-rules of one group, one resource, one verb and at most one name, then of one URL and one verb.
    /// A rule with an empty list in the product gives none.
    /// </summary>
    /// <param name="rule">The rule.</param>
    public static IEnumerable<PolicyRule> BreakdownRule(PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        foreach (var group in rule.ApiGroups)
        {
            foreach (var resource in rule.Resources)
            {
                foreach (var verb in rule.Verbs)
                {
                    var sub = new PolicyRule { ApiGroups = [group], Resources = [resource], Verbs = [verb] };
                    if (rule.ResourceNames.IsEmpty)
                    {
                        yield return sub;
                    }

                    foreach (var name in rule.ResourceNames)
                    {
                        yield return sub with { ResourceNames = [name] };
                    }
                }
            }
        }

        foreach (var url in rule.NonResourceUrls)
        {
            foreach (var verb in rule.Verbs)
            {
                yield return new PolicyRule { NonResourceUrls = [url], Verbs = [verb] };
            }
        }
    }

    /// <summary>True when one owner rule covers one sub-rule.</summary>
    private static bool RuleCovers(PolicyRule owner, PolicyRule sub) =>
        HasAllOr(owner.Verbs, sub.Verbs)
        && HasAllOr(owner.ApiGroups, sub.ApiGroups)
        && sub.Resources.All(resource => ResourceCovered(owner.Resources, resource))
        && (sub.ResourceNames.IsEmpty ? owner.ResourceNames.IsEmpty : owner.ResourceNames.IsEmpty || HasAll(owner.ResourceNames, sub.ResourceNames))
        && sub.NonResourceUrls.All(url => UrlCovered(owner.NonResourceUrls, url));

    private static bool ResourceCovered(ImmutableArray<string> owned, string resource)
    {
        if (owned.Contains(RbacNames.All) || owned.Contains(resource))
        {
            return true;
        }

        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && owned.Contains("*" + resource[slash..]);
    }

    private static bool UrlCovered(ImmutableArray<string> owned, string url) => owned.Any(own =>
        own == url || (own.EndsWith('*') && url.StartsWith(own.TrimEnd('*'), StringComparison.Ordinal)));

    private static bool HasAllOr(ImmutableArray<string> owned, ImmutableArray<string> wanted) =>
        owned.Contains(RbacNames.All) || HasAll(owned, wanted);

    private static bool HasAll(ImmutableArray<string> owned, ImmutableArray<string> wanted) => wanted.All(owned.Contains);
}

using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>
/// A list of rules that allows exactly what another does, in fewer rules. Every step is literal set arithmetic, which holds
/// for any request; prefixes and subresource wildcards are left alone.
/// </summary>
internal static class RuleCompaction
{
    private const int MostComparedPairwise = 200;

    /// <summary>The shorter list; the same one when nothing can go.</summary>
    public static ImmutableArray<PolicyRule> Compact(ImmutableArray<PolicyRule> rules)
    {
        var current = rules;
        while (true)
        {
            var next = current.Length <= MostComparedPairwise ? WithoutContained(current) : current;
            next = Joined(next, r => r.Verbs, (r, list) => r with { Verbs = list }, _ => true);
            next = Joined(next, r => r.Resources, (r, list) => r with { Resources = list }, _ => true);
            next = Joined(next, r => r.ApiGroups, (r, list) => r with { ApiGroups = list }, _ => true);
            next = Joined(next, r => r.NonResourceUrls, (r, list) => r with { NonResourceUrls = list }, _ => true);

            // No name at all is every name, so it joins with nothing.
            next = Joined(next, r => r.ResourceNames, (r, list) => r with { ResourceNames = list }, r => !r.ResourceNames.IsEmpty);
            if (next.Length == current.Length)
            {
                return current.Length == rules.Length ? rules : current;
            }

            current = next;
        }
    }

    /// <summary>True when whatever <paramref name="inner"/> allows, <paramref name="outer"/> allows.</summary>
    public static bool Contains(PolicyRule outer, PolicyRule inner)
    {
        var hasResources = !inner.Resources.IsEmpty && !inner.ApiGroups.IsEmpty;
        return inner.Verbs.IsEmpty
            || (HasAll(outer.Verbs, inner.Verbs)
                && HasAll(outer.NonResourceUrls, inner.NonResourceUrls)
                && (!hasResources || (HasAll(outer.ApiGroups, inner.ApiGroups) && HasAll(outer.Resources, inner.Resources) && HasNames(outer, inner))));
    }

    private static bool HasNames(PolicyRule outer, PolicyRule inner) =>
        outer.ResourceNames.IsEmpty || (!inner.ResourceNames.IsEmpty && inner.ResourceNames.All(outer.ResourceNames.Contains));

    private static bool HasAll(ImmutableArray<string> outer, ImmutableArray<string> inner) =>
        outer.Contains(RbacNames.All) || inner.All(outer.Contains);

    private static ImmutableArray<PolicyRule> WithoutContained(ImmutableArray<PolicyRule> rules)
    {
        List<PolicyRule> kept = [.. rules];
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            var rule = kept[i];
            if (kept.Where((other, j) => j != i && Contains(other, rule)).Any())
            {
                kept.RemoveAt(i);
            }
        }

        return kept.Count == rules.Length ? rules : [.. kept];
    }

    /// <summary>Rules that differ in one list only become one with both lists, in the place of the first.</summary>
    private static ImmutableArray<PolicyRule> Joined(
        ImmutableArray<PolicyRule> rules,
        Func<PolicyRule, ImmutableArray<string>> listOf,
        Func<PolicyRule, ImmutableArray<string>, PolicyRule> with,
        Func<PolicyRule, bool> mayJoin)
    {
        var places = new Dictionary<PolicyRule, int>();
        var result = ImmutableArray.CreateBuilder<PolicyRule>(rules.Length);
        foreach (var rule in rules)
        {
            if (mayJoin(rule) && !places.TryAdd(Sorted(with(rule, [])), result.Count))
            {
                var place = places[Sorted(with(rule, []))];
                result[place] = with(result[place], [.. listOf(result[place]).Union(listOf(rule), StringComparer.Ordinal)]);
                continue;
            }

            result.Add(rule);
        }

        return result.Count == rules.Length ? rules : result.DrainToImmutable();
    }

    private static PolicyRule Sorted(PolicyRule rule) => new()
    {
        Verbs = Sorted(rule.Verbs),
        ApiGroups = Sorted(rule.ApiGroups),
        Resources = Sorted(rule.Resources),
        ResourceNames = Sorted(rule.ResourceNames),
        NonResourceUrls = Sorted(rule.NonResourceUrls),
    };

    private static ImmutableArray<string> Sorted(ImmutableArray<string> list) =>
        [.. list.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

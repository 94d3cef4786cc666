using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>A <c>*</c> in a rule whose other sides are spelled out: what it stands for today.</summary>
internal sealed class WildcardLint(ApiDiscovery discovery)
{
    private const int MostListed = 12;

    private readonly List<ApiResource> _resources = [.. discovery.Resources.DistinctBy(r => (r.Group, r.Name))];

    public IEnumerable<LintFinding> Find(LintContext context) => context.Roles
        .Where(r => !LintContext.IsDefault(r) && !LintContext.IsAggregate(r))
        .SelectMany(r => r.Rules.SelectMany((rule, place) => NarrowingsOf(rule).Select(n => new LintFinding(
            rule.Location, PolicyLint.Wildcard, $"rules[{place}] of {LintContext.Name(r)} has `*` for {n.Side}, which means {n.Meaning} today and whatever comes later")
        {
            Severity = LintSeverity.Info,
            Advice = "List what is needed.",
        })));

    private IEnumerable<(string Side, string Meaning)> NarrowingsOf(PolicyRule rule)
    {
        var (anyGroup, anyResource, anyVerb) = (rule.ApiGroups.Contains(RbacNames.All), rule.Resources.Contains(RbacNames.All), rule.Verbs.Contains(RbacNames.All));
        if (rule.Resources.IsEmpty || (anyGroup && anyResource))
        {
            yield break;
        }

        var meant = _resources.Where(r => (anyGroup || rule.ApiGroups.Contains(r.Group)) && (anyResource || rule.Resources.Any(w => w.Split('/')[0] == r.Name))).ToList();
        if (meant.Count == 0)
        {
            yield break;
        }

        if (anyGroup)
        {
            yield return ("apiGroups", List(meant.Select(r => r.Group).Distinct(StringComparer.Ordinal).Select(g => g.Length == 0 ? "\"\"" : g)));
        }

        if (anyResource)
        {
            yield return ("resources", List(meant.SelectMany(r => r.Subresources.Select(s => $"{r.Name}/{s}").Prepend(r.Name)).Distinct(StringComparer.Ordinal)));
        }

        if (anyVerb && !anyResource && rule.Resources.All(w => !w.Contains('/', StringComparison.Ordinal) && meant.Exists(r => r.Name == w)))
        {
            yield return ("verbs", List(meant.SelectMany(r => r.Verbs.Concat(SpecialVerbs(r.Name))).Distinct(StringComparer.Ordinal)));
        }
    }

    private static string[] SpecialVerbs(string resource) => resource switch
    {
        "roles" or "clusterroles" => ["bind", "escalate"],
        "serviceaccounts" => ["impersonate"],
        _ => [],
    };

    private static string List(IEnumerable<string> values)
    {
        ImmutableArray<string> sorted = [.. values.Order(StringComparer.Ordinal)];
        return sorted.Length <= MostListed ? string.Join(", ", sorted) : $"{string.Join(", ", sorted.Take(MostListed - 2))} and {sorted.Length - MostListed + 2} more";
    }
}

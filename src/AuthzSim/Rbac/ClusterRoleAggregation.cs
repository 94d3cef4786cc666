using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Fills in aggregated cluster roles as kube-controller-manager does (upstream:
/// <c>pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go</c>).
/// </summary>
public static class ClusterRoleAggregation
{
    /// <summary>
    /// The policy with the rules of every cluster role that has an <see cref="AggregationRule"/> replaced by those it
    /// selects: selector by selector, role by role in byte order of names, equal rules once. Roles may select aggregated
    /// roles: passes over all of them, in name order, go on until nothing changes. A role with an invalid selector keeps its
    /// rules; rules written by hand into an aggregated role are lost.
    /// </summary>
    /// <remarks>
    /// Roles that select each other in a ring and start with different hand-written rules need not settle: the controller
    /// would rewrite them for ever. Then the passes stop after twice as many as there are aggregated roles, and two.
    /// </remarks>
    /// <param name="policy">The policy; of two cluster roles of the same name the later counts.</param>
    public static PolicySet Apply(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var roles = policy.ClusterRoles.ToBuilder();
        var targets = Targets(policy.ClusterRoles);
        var changed = false;
        var isSettled = false;
        for (var pass = 0; !isSettled && pass < (2 * targets.Count) + 2; pass++)
        {
            isSettled = true;
            foreach (var (target, sources) in targets)
            {
                var rules = Collect(sources, roles);
                if (!rules.AsSpan().SequenceEqual(roles[target].Rules.AsSpan()))
                {
                    roles[target] = roles[target] with { Rules = rules };
                    (changed, isSettled) = (true, false);
                }
            }
        }

        return changed ? policy with { ClusterRoles = roles.DrainToImmutable() } : policy;
    }

    /// <summary>
    /// The aggregated roles with a valid rule, in name order, and the roles each takes its rules from, in the order taken.
    /// </summary>
    private static List<(int Target, ImmutableArray<int> Sources)> Targets(ImmutableArray<ClusterRole> roles)
    {
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (var i = 0; i < roles.Length; i++)
        {
            last[roles[i].Metadata.Name] = i;
        }

        int[] ordered = [.. last.Values.OrderBy(i => roles[i].Metadata.Name, Comparer<string>.Create(GoText.CompareBytes))];
        List<(int, ImmutableArray<int>)> targets = [];
        foreach (var target in ordered)
        {
            if (roles[target].AggregationRule is { } aggregation && Sources(aggregation, target, ordered, roles) is { } sources)
            {
                targets.Add((target, sources));
            }
        }

        return targets;
    }

    private static ImmutableArray<int>? Sources(
        AggregationRule aggregation, int target, int[] ordered, ImmutableArray<ClusterRole> roles)
    {
        var sources = ImmutableArray.CreateBuilder<int>();
        foreach (var selector in aggregation.ClusterRoleSelectors)
        {
            if (!LabelSelectorMatcher.TryCreate(selector, out var matcher))
            {
                return null;
            }

            sources.AddRange(ordered.Where(i => i != target && matcher.Matches(roles[i].Metadata.Labels)));
        }

        return sources.DrainToImmutable();
    }

    private static ImmutableArray<PolicyRule> Collect(ImmutableArray<int> sources, ImmutableArray<ClusterRole>.Builder roles)
    {
        HashSet<PolicyRule> seen = [];
        return [.. sources.SelectMany(i => roles[i].Rules).Where(seen.Add)];
    }
}

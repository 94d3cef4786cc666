using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>How a number is spread over requests, by nearest rank.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">What 99 of 100 do not exceed.</param>
/// <param name="Worst">The largest.</param>
public readonly record struct WalkSpread(long P50, long P99, long Worst)
{
    internal static WalkSpread Of(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? default : new WalkSpread(At(50), At(99), sorted[^1]);

        long At(int percent) => sorted[(int)((((long)sorted.Length * percent) + 99) / 100) - 1];
    }
}

/// <summary>How the costs of many walks are spread, each part by itself.</summary>
/// <param name="Bindings">Bindings visited.</param>
/// <param name="Subjects">Subjects compared.</param>
/// <param name="Rules">Rules matched.</param>
/// <param name="Steps">All three together, request by request.</param>
public readonly record struct WalkCosts(WalkSpread Bindings, WalkSpread Subjects, WalkSpread Rules, WalkSpread Steps)
{
    internal static WalkCosts Of(IReadOnlyCollection<WalkCost> costs) => new(
        WalkSpread.Of(costs.Select(c => c.Bindings)),
        WalkSpread.Of(costs.Select(c => c.Subjects)),
        WalkSpread.Of(costs.Select(c => c.Rules)),
        WalkSpread.Of(costs.Select(c => c.Steps)));
}

/// <summary>A request and what its walk costs.</summary>
/// <param name="Request">The request.</param>
/// <param name="Cost">The cost.</param>
public readonly record struct WalkedRequest(RequestAttributes Request, WalkCost Cost);

/// <summary>What the decisions on a number of requests cost an API server, why, and what would make them cheaper.</summary>
public sealed record WalkReport
{
    private const int Shown = 5;
    private const int SavingsShown = 10;

    /// <summary>How many requests were walked.</summary>
    public required int Requests { get; init; }

    /// <summary>What they cost.</summary>
    public required WalkCosts Costs { get; init; }

    /// <summary>The sum of all costs.</summary>
    public required WalkCost Total { get; init; }

    /// <summary>The requests of most steps, worst first, of each user and namespace one.</summary>
    public required ImmutableArray<WalkedRequest> Costliest { get; init; }

    /// <summary>Where the steps go, by kind, the largest first.</summary>
    public required ImmutableArray<WalkHotSpot> HotSpots { get; init; }

    /// <summary>The changes that save most, measured on these requests one by one; those that save nothing on them are left out.</summary>
    public required ImmutableArray<WalkSaving> Savings { get; init; }

    /// <summary>How many savings the policy has, shown or not.</summary>
    public required int SavingsFound { get; init; }

    /// <summary>What the requests would cost with all savings made.</summary>
    public required WalkCosts CostsAfterAll { get; init; }

    /// <summary>Walks the requests, and again with each promising saving.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="requests">The requests.</param>
    public static WalkReport Of(PolicySet policy, ImmutableArray<RequestAttributes> requests)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var walk = new BindingWalk(policy);
        var tally = new WalkTally();
        var costs = requests.Select(r => walk.CostOf(r, tally)).ToList();
        var savings = WalkSavings.Find(policy);
        var after = walk.With([.. savings.SelectMany(s => s.Changes)]);
        return new WalkReport
        {
            Requests = requests.Length,
            Costs = WalkCosts.Of(costs),
            Total = costs.Aggregate(default(WalkCost), WalkCost.Add),
            Costliest =
            [
                .. requests.Zip(costs, (r, c) => new WalkedRequest(r, c))
                    .OrderByDescending(r => r.Cost.Steps)
                    .DistinctBy(r => (r.Request.User.Name, r.Request.Namespace))
                    .Take(Shown),
            ],
            HotSpots = WalkHotSpot.Of(policy, walk, tally),
            Savings = Measured(walk, requests, costs, Promising(savings, requests, tally)),
            SavingsFound = savings.Length,
            CostsAfterAll = WalkCosts.Of([.. requests.Select(r => after.CostOf(r))]),
        };
    }

    /// <summary>The savings that should be worth most: what they remove, as often as it is walked.</summary>
    private static IEnumerable<WalkSaving> Promising(ImmutableArray<WalkSaving> savings, ImmutableArray<RequestAttributes> requests, WalkTally tally)
    {
        var visits = requests.CountBy(r => r.Namespace, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return savings.OrderByDescending(Estimate).Take(2 * SavingsShown);

        double Estimate(WalkSaving saving) => saving.Role is { } role && saving.Kind == WalkSavingKind.CompactRules
            ? (double)tally.RulesByRole.GetValueOrDefault(role) * saving.Removed.Rules / role.Rules.Length
            : saving.Changes.Sum(c => (double)VisitsOf(c)) * (saving.Removed.Bindings + saving.Removed.Subjects) / saving.Changes.Length;

        int VisitsOf(PolicyChange change) =>
            change.Kind == RbacNames.ClusterRoleBindingKind ? requests.Length : visits.GetValueOrDefault(change.Namespace);
    }

    private static ImmutableArray<WalkSaving> Measured(
        BindingWalk walk, ImmutableArray<RequestAttributes> requests, List<WalkCost> costs, IEnumerable<WalkSaving> savings)
    {
        return
        [
            .. savings.Select(s => s with { Saved = SavedBy(s) })
                .Where(s => s.Saved.Steps > 0)
                .OrderByDescending(s => s.Saved.Steps)
                .Take(SavingsShown),
        ];

        WalkCost SavedBy(WalkSaving saving)
        {
            var after = walk.With(saving.Changes);
            var namespaces = saving.Changes.Where(c => c.Kind != RbacNames.ClusterRoleKind).Select(c => c.Namespace).ToHashSet(StringComparer.Ordinal);
            var isEverywhere = saving.Changes.Any(c => c.Kind is RbacNames.ClusterRoleKind or RbacNames.ClusterRoleBindingKind);
            var saved = default(WalkCost);
            for (var i = 0; i < requests.Length; i++)
            {
                if (isEverywhere || namespaces.Contains(requests[i].Namespace))
                {
                    saved += costs[i] - after.CostOf(requests[i]);
                }
            }

            return saved;
        }
    }
}

using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>
/// Which bindings and rules the tests touched: those through which a case of <c>allow</c> or <c>deny</c> is allowed (by whatever
/// way), and those that let anybody do something that a case of <c>only</c> or <c>never</c> is about, exempt or not. Taking
/// away a rule that is not touched changes the outcome of none of these cases. Cases about changes say nothing of the policy
/// as it stands and touch nothing. Objects that have a name of the default policy are left out.
/// </summary>
public sealed class RuleCoverage
{
    internal RuleCoverage(ImmutableArray<RbacBinding> bindings, ImmutableArray<RoleRule> rules, TouchedRules touched)
    {
        (BindingCount, RuleCount) = (bindings.Length, rules.Length);
        Bindings = [.. bindings.Where(b => !touched.Bindings.Contains(b))];
        Rules = [.. rules.Where(r => !touched.Rules.Contains(r.Rule))];
    }

    /// <summary>How many bindings there are.</summary>
    public int BindingCount { get; }

    /// <summary>How many rules there are.</summary>
    public int RuleCount { get; }

    /// <summary>The bindings that no case touched, in policy order.</summary>
    public ImmutableArray<RbacBinding> Bindings { get; }

    /// <summary>The rules that no case touched, in policy order.</summary>
    public ImmutableArray<RoleRule> Rules { get; }

    /// <summary>The share of bindings and rules that were touched, from 0 to 100; 100 when there is none.</summary>
    public double Percent => BindingCount + RuleCount == 0
        ? 100
        : 100.0 * (BindingCount - Bindings.Length + RuleCount - Rules.Length) / (BindingCount + RuleCount);
}

/// <summary>A rule and the role it is in.</summary>
/// <param name="Role">The role.</param>
/// <param name="Rule">The rule.</param>
public sealed record RoleRule(RbacRole Role, PolicyRule Rule);

/// <summary>Collects what cases touch. A rule that aggregation copied is the rule it is a copy of.</summary>
internal sealed class TouchedRules
{
    public HashSet<RbacBinding> Bindings { get; } = new(ReferenceEqualityComparer.Instance);

    public HashSet<PolicyRule> Rules { get; } = new(ReferenceEqualityComparer.Instance);

    public void Add(AllowingPath path)
    {
        Bindings.Add(path.Source.Binding);
        Rules.Add(path.Rule);
    }

    public RuleCoverage CoverageOf(PolicySet policy, PolicySet defaults)
    {
        var known = defaults.Objects.Select(Key).ToHashSet();
        var own = policy.Objects.Where(o => !known.Contains(Key(o))).ToList();

        // Aggregated roles have the rules of others: those count once, where they are written.
        var rules = own.OfType<RbacRole>().Where(r => r is not ClusterRole { AggregationRule: not null })
            .SelectMany(role => role.Rules.Select(rule => new RoleRule(role, rule)));
        return new RuleCoverage([.. own.OfType<RbacBinding>()], [.. rules], this);
    }

    private static (string Kind, string Namespace, string Name) Key(RbacObject o) => (o.Kind, o.Metadata.Namespace, o.Metadata.Name);
}

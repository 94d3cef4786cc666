using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>Which cluster roles an aggregated cluster role takes its rules from (upstream: <c>AggregationRule</c>).</summary>
public sealed record AggregationRule
{
    /// <summary>Selectors on cluster role labels; a role matched by any of them is taken.</summary>
    public ImmutableArray<LabelSelector> ClusterRoleSelectors { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(AggregationRule? other) =>
        other is not null && ClusterRoleSelectors.AsSpan().SequenceEqual(other.ClusterRoleSelectors.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => ClusterRoleSelectors.Length;
}

/// <summary>
/// Labels that must match, all of them (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1.LabelSelector</c>).
/// An empty selector matches everything.
/// </summary>
public sealed record LabelSelector
{
    /// <summary>Labels that must have exactly these values.</summary>
    public ImmutableSortedDictionary<string, string> MatchLabels { get; init; } = ObjectMeta.NoEntries;

    /// <summary>Requirements that must all hold.</summary>
    public ImmutableArray<LabelSelectorRequirement> MatchExpressions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(LabelSelector? other) =>
        other is not null && MatchLabels.SequenceEqual(other.MatchLabels)
        && MatchExpressions.AsSpan().SequenceEqual(other.MatchExpressions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MatchLabels.Count, MatchExpressions.Length);
}

/// <summary>One requirement of a label selector.</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>The label's key.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The values of <c>In</c> and <c>NotIn</c>.</summary>
    public ImmutableArray<string> Values { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(LabelSelectorRequirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Length);
}

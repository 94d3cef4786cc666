using System.Collections.Immutable;

namespace AuthzSim.AccessReviews;

/// <summary>
/// A selector as text or as requirements (upstream: <c>FieldSelectorAttributes</c> and <c>LabelSelectorAttributes</c> of
/// <c>k8s.io/api/authorization/v1/types.go</c>).
/// </summary>
public sealed record SelectorAttributes
{
    /// <summary>The selector as a URL has it; <c>""</c> when it is in the requirements.</summary>
    public string RawSelector { get; init; } = "";

    /// <summary>The requirements, all of which must hold.</summary>
    public ImmutableArray<SelectorRequirement> Requirements { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(SelectorAttributes? other) =>
        other is not null && RawSelector == other.RawSelector && Requirements.AsSpan().SequenceEqual(other.Requirements.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RawSelector, Requirements.Length);
}

/// <summary>
/// One requirement (upstream: <c>FieldSelectorRequirement</c> and <c>LabelSelectorRequirement</c> of
/// <c>k8s.io/apimachinery/pkg/apis/meta/v1</c>).
/// </summary>
public sealed record SelectorRequirement
{
    /// <summary>The field or label.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>; other words are let pass and not used.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The values of <c>In</c> and <c>NotIn</c>.</summary>
    public ImmutableArray<string> Values { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public bool Equals(SelectorRequirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Length);
}

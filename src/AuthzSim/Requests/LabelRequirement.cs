using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>
/// One requirement of a label selector (upstream: <c>k8s.io/apimachinery/pkg/labels.Requirement</c>). Nothing is checked on
/// construction; <see cref="IsValid"/> is upstream's <c>NewRequirement</c>.
/// </summary>
public sealed record LabelRequirement
{
    /// <summary>The label's key.</summary>
    public required string Key { get; init; }

    /// <summary>How key and values relate.</summary>
    public required SelectionOperator Operator { get; init; }

    /// <summary>The values: none for existence, one for comparisons, at least one for sets.</summary>
    public ImmutableArray<string> Values { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// True when the key is a qualified name, every value a label value, and the number of values fits the operator.
    /// </summary>
    public bool IsValid => LabelSyntax.IsQualifiedName(Key) && Values.All(v => LabelSyntax.IsValue(v)) && Operator switch
    {
        SelectionOperator.In or SelectionOperator.NotIn => Values.Length > 0,
        SelectionOperator.Equals or SelectionOperator.DoubleEquals or SelectionOperator.NotEquals => Values.Length == 1,
        SelectionOperator.Exists or SelectionOperator.DoesNotExist => Values.IsEmpty,
        SelectionOperator.GreaterThan or SelectionOperator.LessThan => Values.Length == 1 && GoNumbers.TryParseInt64(Values[0], out _),
        _ => false,
    };

    /// <summary>True when an object with these labels satisfies the requirement.</summary>
    /// <param name="labels">The labels.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var exists = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            SelectionOperator.In or SelectionOperator.Equals or SelectionOperator.DoubleEquals => exists && Values.Contains(value!),
            SelectionOperator.NotIn or SelectionOperator.NotEquals => !exists || !Values.Contains(value!),
            SelectionOperator.Exists => exists,
            SelectionOperator.DoesNotExist => !exists,
            SelectionOperator.GreaterThan => exists && Compare(value!) > 0,
            SelectionOperator.LessThan => exists && Compare(value!) < 0,
            _ => false,
        };
    }

    /// <inheritdoc/>
    public bool Equals(LabelRequirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Length);

    /// <summary>How a label's number compares to the requirement's; null when either is no number.</summary>
    private int? Compare(string value) =>
        Values.Length == 1 && GoNumbers.TryParseInt64(value, out var own) && GoNumbers.TryParseInt64(Values[0], out var wanted)
            ? own.CompareTo(wanted)
            : null;
}

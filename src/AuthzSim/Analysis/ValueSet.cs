using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Analysis;

/// <summary>One side of an <see cref="AccessRule"/>: some values, or every value but some. Compared exactly, never as wildcards.</summary>
public sealed class ValueSet : IEquatable<ValueSet>
{
    private ValueSet(ImmutableArray<string> values, bool isComplement) => (Values, IsComplement) = (values, isComplement);

    /// <summary>Every value.</summary>
    public static ValueSet All { get; } = new([], true);

    /// <summary>The values, or the exceptions of a complement; each once, in ordinal order.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>True: every value but <see cref="Values"/>, among them all that no policy mentions.</summary>
    public bool IsComplement { get; }

    /// <summary>True when every value is in the set.</summary>
    public bool IsAll => IsComplement && Values.IsEmpty;

    /// <summary>The set of these values.</summary>
    /// <param name="values">The values.</param>
    public static ValueSet Of(params IEnumerable<string> values) => new(Sorted(values), false);

    /// <summary>The set of every value but these.</summary>
    /// <param name="exceptions">The values that are not in it.</param>
    public static ValueSet AllBut(params IEnumerable<string> exceptions) => new(Sorted(exceptions), true);

    /// <summary>True when the value is in the set.</summary>
    /// <param name="value">A value.</param>
    public bool Contains(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return (Values.BinarySearch(value, StringComparer.Ordinal) >= 0) != IsComplement;
    }

    /// <inheritdoc/>
    public bool Equals(ValueSet? other) =>
        other is not null && IsComplement == other.IsComplement && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(IsComplement);
        foreach (var value in Values)
        {
            hash.Add(value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary><c>get, list</c>, <c>*</c>, or <c>* except get</c>; a value that could be misread is quoted.</summary>
    public override string ToString() => ToString(Quoted);

    internal static string Quoted(string value) =>
        value.Length == 0 || value.Any(static c => c is '*' or ',' or ';' or '"' or '(' or ')' || char.IsWhiteSpace(c) || char.IsControl(c))
            ? GoText.Quote(value)
            : value;

    internal string ToString(Func<string, string> describe)
    {
        var list = string.Join(", ", Values.Select(describe));
        return !IsComplement ? list : Values.IsEmpty ? RbacNames.All : $"{RbacNames.All} except {list}";
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> values) =>
        [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

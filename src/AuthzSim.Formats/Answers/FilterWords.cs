using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Analysis;

namespace AuthzSim.Formats.Answers;

/// <summary>
/// The values that the rules of a page mention, by number, so that a rule says which it holds without saying their text.
/// The number after the last stands for any value that nothing mentions.
/// </summary>
internal sealed class FilterWords
{
    private readonly Dictionary<string, int> _numbers;

    public FilterWords(IEnumerable<ValueSet> sets)
    {
        Values = [.. sets.SelectMany(s => s.Values).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _numbers = Values.Select((value, i) => (value, i)).ToDictionary(v => v.value, v => v.i, StringComparer.Ordinal);
    }

    /// <summary>The values in ordinal order; each one's index is its number.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>The numbers of a set, in order: <c>0 3</c>, or <c>!0 3</c> for all but these.</summary>
    public string NumbersOf(ValueSet set) =>
        (set.IsComplement ? "!" : "") + string.Join(' ', set.Values.Select(v => _numbers[v].ToString(CultureInfo.InvariantCulture)));
}

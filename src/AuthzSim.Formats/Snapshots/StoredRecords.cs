namespace AuthzSim.Formats.Snapshots;

/// <summary>Records one behind the other: those of one kind, then those of another.</summary>
internal sealed class StoredRecords
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _starts;

    /// <exception cref="InvalidDataException">There are more or fewer bytes than the records have.</exception>
    public StoredRecords(ReadOnlyMemory<byte> bytes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> moreLengths)
    {
        _bytes = bytes;
        _starts = StoredTable.Starts([.. lengths, .. moreLengths], bytes.Length);
    }

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<byte> this[int record] => _bytes.Span[_starts[record].._starts[record + 1]];

    public int StartOf(int record) => _starts[record];

    /// <summary>The bytes of some records.</summary>
    public ReadOnlySpan<byte> Of(Range records)
    {
        var (first, count) = records.GetOffsetAndLength(Count);
        return _bytes.Span[_starts[first].._starts[first + count]];
    }
}

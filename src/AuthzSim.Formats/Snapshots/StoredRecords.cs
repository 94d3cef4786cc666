using System.Runtime.InteropServices;

namespace AuthzSim.Formats.Snapshots;

/// <summary>Records one behind the other: those of one kind, then those of another.</summary>
internal sealed class StoredRecords
{
    private readonly ArraySegment<byte> _bytes;
    private readonly int[] _starts;

    /// <param name="bytes">The records.</param>
    /// <param name="first">The first kind, with the lengths of the records in the first column.</param>
    /// <param name="second">The second kind.</param>
    /// <exception cref="InvalidDataException">There are more or fewer bytes than the records have.</exception>
    public StoredRecords(ReadOnlyMemory<byte> bytes, StoredTable first, StoredTable second)
    {
        _bytes = MemoryMarshal.TryGetArray(bytes, out var array) ? array : bytes.ToArray();
        _starts = new int[1 + first.Count + second.Count];
        first.CopyNumbers(0, _starts.AsSpan(1, first.Count));
        second.CopyNumbers(0, _starts.AsSpan(1 + first.Count));
        StoredTable.AddUp(_starts, bytes.Length);
    }

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<byte> this[int record] => _bytes.AsSpan(_starts[record].._starts[record + 1]);

    public int StartOf(int record) => _starts[record];
}

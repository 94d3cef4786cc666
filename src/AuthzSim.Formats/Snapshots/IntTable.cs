using System.Runtime.InteropServices;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>Collects rows of integers, and writes them column by column.</summary>
/// <param name="width">How many integers a row has; 0 for rows of any length.</param>
internal sealed class IntTable(int width)
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];
    private readonly List<int>[] _columns = [.. Enumerable.Range(0, Math.Max(width, 1)).Select(_ => new List<int>())];

    public int Count => _lengths.Count;

    /// <summary>The id of a row, which is added when new.</summary>
    public int Intern(params ReadOnlySpan<int> row)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(row));
        if (!_ids.TryGetValue(key, out var id))
        {
            id = Append(row);
            _ids.Add(key, id);
        }

        return id;
    }

    /// <summary>Adds a row at the end.</summary>
    public int Append(params ReadOnlySpan<int> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            _columns[width == 0 ? 0 : i].Add(row[i]);
        }

        _lengths.Add(row.Length);
        return _lengths.Count - 1;
    }

    public void Write(ref MessagePackWriter writer)
    {
        if (width == 0)
        {
            Column.Write(ref writer, CollectionsMarshal.AsSpan(_lengths), isAnchor: true);
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            Column.Write(ref writer, CollectionsMarshal.AsSpan(_columns[i]), isAnchor: i == 0);
        }
    }
}

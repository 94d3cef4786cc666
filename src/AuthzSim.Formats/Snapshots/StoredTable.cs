using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A table as stored: its columns are taken apart when asked for.</summary>
internal sealed class StoredTable
{
    private readonly Column[] _columns;

    private StoredTable(Column[] columns, int count)
    {
        _columns = columns;
        Count = count;
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <exception cref="InvalidDataException">This is no table.</exception>
    public static StoredTable Read(ref MessagePackReader reader, int width)
    {
        var columns = new Column[width == 0 ? 2 : width];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = Column.Read(ref reader);
        }

        return new StoredTable(columns, columns[0].AnchorCount());
    }

    /// <summary>A column of numbers.</summary>
    /// <exception cref="InvalidDataException">The column has another number of rows.</exception>
    public int[] Numbers(int column) => _columns[column].ToArray(Count);

    /// <summary>Puts a column of numbers into a place for as many.</summary>
    /// <exception cref="InvalidDataException">The column has another number of rows.</exception>
    public void CopyNumbers(int column, Span<int> numbers) => _columns[column].CopyTo(numbers);

    /// <summary>A column of ids, or of 0 for none; null when there are none at all, which hardly any object has.</summary>
    /// <exception cref="InvalidDataException">The column has another number of rows, or an id is too large.</exception>
    public int[]? MaybeIds(int column, int limit) => _columns[column].IsZero ? null : Ids(column, limit + 1);

    /// <summary>A column of ids of something of which there are so many.</summary>
    /// <exception cref="InvalidDataException">The column has another number of rows, or an id is too large.</exception>
    public int[] Ids(int column, int limit) => Checked(Numbers(column), limit);

    /// <summary>The rows of a table whose rows have any length.</summary>
    /// <exception cref="InvalidDataException">Rows and lengths contradict each other.</exception>
    public StoredRows Rows()
    {
        var items = _columns[1];
        return new StoredRows(Starts(Numbers(0), items.AnchorCount()), items.ToArray(items.AnchorCount()));
    }

    /// <summary>Where each of as many rows starts in what all of them have together, and the end.</summary>
    /// <exception cref="InvalidDataException">They have not so many together.</exception>
    public static int[] Starts(ReadOnlySpan<int> lengths, int total)
    {
        var starts = new int[lengths.Length + 1];
        lengths.CopyTo(starts.AsSpan(1));
        AddUp(starts, total);
        return starts;
    }

    /// <summary>Makes a 0 and lengths into where each row starts, and the end.</summary>
    /// <exception cref="InvalidDataException">They have not so many together.</exception>
    public static void AddUp(Span<int> lengths, int total)
    {
        var end = 0;
        foreach (ref var length in lengths)
        {
            end = (uint)length <= (uint)(total - end) ? end + length : throw new InvalidDataException("a row has no such length");
            length = end;
        }

        if (end != total)
        {
            throw new InvalidDataException("there is more than the rows have");
        }
    }

    /// <exception cref="InvalidDataException">An id is too large.</exception>
    public static int[] Checked(int[] ids, int limit)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)limit)
            {
                throw new InvalidDataException("a row refers to what is not there");
            }
        }

        return ids;
    }
}

/// <summary>Rows of any length.</summary>
internal readonly struct StoredRows(int[] starts, int[] items)
{
    public int Count => starts.Length - 1;

    public ReadOnlySpan<int> this[int row] => items.AsSpan(starts[row]..starts[row + 1]);
}

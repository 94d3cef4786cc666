using System.Text;

namespace AuthzSim.Compiled;

/// <summary>
/// Reads what should be a record but may be any bytes, as a <see cref="RecordReader"/> would: what is not there, or not as
/// it should be, reads as 0, and <see cref="IsSound"/> tells. Nothing but what is sound may come to a <see cref="RecordReader"/>.
/// </summary>
internal ref struct RecordCheck(ReadOnlySpan<byte> bytes)
{
    private const int LastShift = 28;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;

    /// <summary>True when something was not as it should be.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True when the bytes have been all that was asked for, and no more.</summary>
    public readonly bool IsSound => !IsBroken && _next == _bytes.Length;

    public int Number()
    {
        uint number = 0;
        for (var shift = 0; shift <= LastShift && _next < _bytes.Length; shift += 7)
        {
            uint part = _bytes[_next++];
            number |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (int)number;
            }
        }

        Break();
        return 0;
    }

    public int Signed()
    {
        var number = (uint)Number();
        return (int)(number >> 1) ^ -(int)(number & 1);
    }

    /// <summary>A number of something of which there are so many.</summary>
    public int Id(int limit)
    {
        var id = Number();
        if ((uint)id >= (uint)limit)
        {
            Break();
            return 0;
        }

        return id;
    }

    /// <summary>How much follows, a byte each at least.</summary>
    public int Count() => Id(_bytes.Length - _next + 1);

    /// <summary>Numbers of something of which there are so many.</summary>
    public void Ids(int limit)
    {
        for (var left = Count(); left > 0; left--)
        {
            Id(limit);
        }
    }

    public void Text()
    {
        var header = (uint)Number();
        var isWide = (header & 1) != 0;
        var size = isWide ? (long)(header >> 1) * sizeof(char) : header >> 1;
        if (size > _bytes.Length - _next || (!isWide && !Ascii.IsValid(_bytes.Slice(_next, (int)size))))
        {
            Break();
            return;
        }

        _next += (int)size;
    }

    public void Texts()
    {
        for (var left = Count(); left > 0; left--)
        {
            Text();
        }
    }

    /// <summary>A place in one of so many files.</summary>
    public void Location(int paths)
    {
        if (Id(paths + 2) != 0)
        {
            Number();
            Number();
        }
    }

    /// <summary>Says that what was read cannot be.</summary>
    public void Break()
    {
        IsBroken = true;
        _next = _bytes.Length;
    }
}

using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Number()
    {
        var next = _next;
        if ((uint)next < (uint)_bytes.Length && _bytes[next] < 0x80)
        {
            _next = next + 1;
            return _bytes[next];
        }

        return LongNumber();
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

    /// <summary>Most long numbers have two bytes or three.</summary>
    private int LongNumber()
    {
        var bytes = _bytes;
        var next = _next;
        if (next < bytes.Length - 2)
        {
            uint second = bytes[next + 1], third = bytes[next + 2];
            var number = (bytes[next] & 0x7Fu) | (second & 0x7F) << 7;
            if (second < 0x80)
            {
                _next = next + 2;
                return (int)number;
            }

            if (third < 0x80)
            {
                _next = next + 3;
                return (int)(number | third << 14);
            }
        }

        return AnyNumber();
    }

    private int AnyNumber()
    {
        uint number = 0;
        var next = _next;
        for (var shift = 0; shift <= LastShift && next < _bytes.Length; shift += 7)
        {
            uint part = _bytes[next++];
            number |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                _next = next;
                return (int)number;
            }
        }

        Break();
        return 0;
    }

    /// <summary>Says that what was read cannot be.</summary>
    public void Break()
    {
        IsBroken = true;
        _next = _bytes.Length;
    }
}

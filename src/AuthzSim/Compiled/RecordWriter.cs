using System.Runtime.InteropServices;
using System.Text;

namespace AuthzSim.Compiled;

/// <summary>A place in a file: the number of its path, or -1, with line and column.</summary>
internal readonly record struct RowLocation(int Path, int Line, int Column)
{
    public static RowLocation None => new(-1, 0, 0);
}

/// <summary>Numbers and texts as bytes: small numbers take one, texts of ASCII one a character.</summary>
internal sealed class RecordWriter
{
    private const int MostNumberBytes = 5;

    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>A number, the smaller the shorter; negative ones take most.</summary>
    public void Number(int number)
    {
        Reserve(MostNumberBytes);
        var rest = (uint)number;
        for (; rest >= 0x80; rest >>= 7)
        {
            _bytes[_length++] = (byte)(rest | 0x80);
        }

        _bytes[_length++] = (byte)rest;
    }

    /// <summary>A number that may as well be negative.</summary>
    public void Signed(int number) => Number((number << 1) ^ (number >> 31));

    public void Text(ReadOnlySpan<char> text)
    {
        var isWide = !Ascii.IsValid(text);
        Number((text.Length << 1) | (isWide ? 1 : 0));
        var size = isWide ? text.Length * sizeof(char) : text.Length;
        Reserve(size);
        if (isWide)
        {
            MemoryMarshal.AsBytes(text).CopyTo(_bytes.AsSpan(_length));
        }
        else
        {
            Ascii.FromUtf16(text, _bytes.AsSpan(_length), out _);
        }

        _length += size;
    }

    public void Texts(ReadOnlySpan<string> texts)
    {
        Number(texts.Length);
        foreach (var text in texts)
        {
            Text(text);
        }
    }

    public void Location(RowLocation location)
    {
        if (location == RowLocation.None)
        {
            Number(0);
            return;
        }

        Number(location.Path + 2);
        Number(location.Line);
        Number(location.Column);
    }

    private void Reserve(int size)
    {
        if (size > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_length + size)));
        }
    }
}

/// <summary>Reads what a <see cref="RecordWriter"/> wrote, in the same order.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _next;

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => _next;

    public int Number()
    {
        var bytes = _bytes;
        var next = _next;
        uint number = bytes[next++];
        if (number >= 0x80)
        {
            number &= 0x7F;
            uint part;
            var shift = 0;
            do
            {
                part = bytes[next++];
                number |= (part & 0x7F) << (shift += 7);
            }
            while (part >= 0x80);
        }

        _next = next;
        return (int)number;
    }

    public int Signed()
    {
        var number = (uint)Number();
        return (int)(number >> 1) ^ -(int)(number & 1);
    }

    public string Text()
    {
        var text = TextBytes(out var isWide);
        return isWide ? MemoryMarshal.Cast<byte, char>(text).ToString() : Encoding.ASCII.GetString(text);
    }

    public void SkipText() => TextBytes(out _);

    /// <summary>Reads a text to a place in a buffer, which grows when it is too small.</summary>
    /// <returns>Where the text ends.</returns>
    public int TextTo(ref char[] buffer, int start)
    {
        var text = TextBytes(out var isWide);
        var end = start + (isWide ? text.Length / sizeof(char) : text.Length);
        RoleKey.Reserve(ref buffer, end);
        if (isWide)
        {
            MemoryMarshal.Cast<byte, char>(text).CopyTo(buffer.AsSpan(start));
        }
        else
        {
            Ascii.ToUtf16(text, buffer.AsSpan(start), out _);
        }

        return end;
    }

    public bool IsText(ReadOnlySpan<char> expected)
    {
        var text = TextBytes(out var isWide);
        return isWide ? MemoryMarshal.Cast<byte, char>(text).SequenceEqual(expected) : Ascii.Equals(text, expected);
    }

    public string[] Texts()
    {
        var count = Number();
        var texts = count == 0 ? [] : new string[count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text();
        }

        return texts;
    }

    public RowLocation Location()
    {
        var path = Number();
        return path == 0 ? RowLocation.None : new RowLocation(path - 2, Number(), Number());
    }

    private ReadOnlySpan<byte> TextBytes(out bool isWide)
    {
        var header = (uint)Number();
        isWide = (header & 1) != 0;
        var text = _bytes.Slice(_next, isWide ? (int)(header >> 1) * sizeof(char) : (int)(header >> 1));
        _next += text.Length;
        return text;
    }
}

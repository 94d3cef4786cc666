using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using AuthzSim.Compiled;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// Texts as their lengths in UTF-16 and all of them one behind the other, in UTF-8 where that loses nothing, else (when there
/// are halves of surrogate pairs) in UTF-16.
/// </summary>
internal sealed class TextColumn
{
    private const byte Utf8Form = 0;
    private const byte Utf16Form = 1;
    private const int MostOnStack = 256;

    private readonly int[] _starts;
    private readonly ReadOnlyMemory<byte> _ascii;
    private readonly char[]? _text;

    private TextColumn(int[] starts, ReadOnlyMemory<byte> ascii, char[]? text)
    {
        _starts = starts;
        _ascii = ascii;
        _text = text;
    }

    public int Count => _starts.Length - 1;

    public static void Write(ref MessagePackWriter writer, IReadOnlyCollection<string> texts)
    {
        Column.Write(ref writer, texts.Select(t => t.Length).ToArray(), isAnchor: true);
        var text = string.Concat(texts);
        var bytes = new byte[checked(1 + (text.Length * 3))];
        if (Utf8.FromUtf16(text, bytes.AsSpan(1), out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            bytes[0] = Utf8Form;
        }
        else
        {
            bytes[0] = Utf16Form;
            written = text.Length * sizeof(char);
            for (var i = 0; i < text.Length; i++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1 + (i * sizeof(char))), text[i]);
            }
        }

        writer.Write(bytes.AsSpan(0, 1 + written));
    }

    /// <exception cref="InvalidDataException">This is no text column.</exception>
    public static TextColumn Read(ref MessagePackReader reader)
    {
        var column = Column.Read(ref reader);
        var lengths = column.ToArray(column.AnchorCount());
        var total = 0L;
        foreach (var length in lengths)
        {
            total = length >= 0 ? total + length : throw new InvalidDataException("a text is shorter than empty");
        }

        var bytes = Bytes.Read(ref reader);
        if (bytes.IsEmpty || total >= bytes.Length)
        {
            throw new InvalidDataException("a text is cut off");
        }

        var starts = StoredTable.Starts(lengths, (int)total);
        var (form, content) = (bytes.Span[0], bytes[1..]);
        if (form == Utf8Form && Ascii.IsValid(content.Span) && content.Length == total)
        {
            return new TextColumn(starts, content, null);
        }

        return new TextColumn(starts, default, Decode(form, content.Span, (int)total) ?? throw new InvalidDataException("a text cannot be decoded"));
    }

    public string[] ToStrings()
    {
        var strings = new string[Count];
        for (var i = 0; i < strings.Length; i++)
        {
            var (start, end) = (_starts[i], _starts[i + 1]);
            strings[i] = start == end ? "" : _text is null ? Encoding.ASCII.GetString(_ascii.Span[start..end]) : new string(_text, start, end - start);
        }

        return strings;
    }

    /// <summary>Adds each text as a name whose id is its number; false when one is there twice.</summary>
    public bool TryAddTo<TPayload>(NameTable<TPayload>.Builder names)
    {
        Span<char> widened = stackalloc char[MostOnStack];
        var ascii = _ascii.Span;
        for (var i = 0; i < Count; i++)
        {
            if (names.GetOrAdd(TextAt(i, ascii, widened)) != i)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when a text has another one at a place in it.</summary>
    public bool HasAt(int id, int start, ReadOnlySpan<char> text)
    {
        var length = _starts[id + 1] - _starts[id];
        if (text.Length > length - start)
        {
            return false;
        }

        start += _starts[id];
        return _text is null ? Ascii.Equals(_ascii.Span.Slice(start, text.Length), text) : _text.AsSpan(start, text.Length).SequenceEqual(text);
    }

    private ReadOnlySpan<char> TextAt(int id, ReadOnlySpan<byte> ascii, Span<char> widened)
    {
        var (start, end) = (_starts[id], _starts[id + 1]);
        if (_text is not null)
        {
            return _text.AsSpan(start..end);
        }

        if (end - start > widened.Length)
        {
            return Encoding.ASCII.GetString(ascii[start..end]);
        }

        Ascii.ToUtf16(ascii[start..end], widened, out _);
        return widened[..(end - start)];
    }

    private static char[]? Decode(byte form, ReadOnlySpan<byte> bytes, int length)
    {
        var text = new char[length];
        if (form == Utf8Form)
        {
            var status = Utf8.ToUtf16(bytes, text, out _, out var written, replaceInvalidSequences: false);
            return status == OperationStatus.Done && written == length ? text : null;
        }

        if (form != Utf16Form || (long)length * sizeof(char) != bytes.Length)
        {
            return null;
        }

        for (var i = 0; i < text.Length; i++)
        {
            text[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(char))..]);
        }

        return text;
    }
}

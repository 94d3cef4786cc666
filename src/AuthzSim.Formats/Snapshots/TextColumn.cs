using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// Texts as their lengths in UTF-16 and all of them one behind the other, in UTF-8 where that loses nothing, else (when there
/// are halves of surrogate pairs) in UTF-16.
/// </summary>
internal readonly struct TextColumn
{
    private const byte Utf8Form = 0;
    private const byte Utf16Form = 1;

    private readonly int[] _lengths;
    private readonly char[] _text;

    private TextColumn(int[] lengths, char[] text)
    {
        _lengths = lengths;
        _text = text;
    }

    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>All texts one behind the other.</summary>
    public ReadOnlySpan<char> Text => _text;

    public static void Write(ref MessagePackWriter writer, List<string> texts)
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

        var bytes = Bytes.Read(ref reader).Span;
        return !bytes.IsEmpty && Decode(bytes[0], bytes[1..], total) is { } text
            ? new TextColumn(lengths, text)
            : throw new InvalidDataException("a text cannot be decoded");
    }

    public string[] ToStrings()
    {
        var strings = new string[_lengths.Length];
        var start = 0;
        for (var i = 0; i < strings.Length; i++)
        {
            strings[i] = _lengths[i] == 0 ? "" : new string(_text, start, _lengths[i]);
            start += _lengths[i];
        }

        return strings;
    }

    private static char[]? Decode(byte form, ReadOnlySpan<byte> bytes, long length)
    {
        if (form == Utf8Form && length <= bytes.Length)
        {
            var text = new char[length];
            var status = Utf8.ToUtf16(bytes, text, out _, out var written, replaceInvalidSequences: false);
            return status == OperationStatus.Done && written == length ? text : null;
        }

        if (form == Utf16Form && length * sizeof(char) == bytes.Length)
        {
            var text = new char[length];
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(char))..]);
            }

            return text;
        }

        return null;
    }
}

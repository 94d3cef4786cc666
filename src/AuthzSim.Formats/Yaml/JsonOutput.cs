using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AuthzSim.Formats.Yaml;

/// <summary>The JSON made from one YAML document, with the place each token came from.</summary>
internal sealed class JsonOutput
{
    private byte[] _json = new byte[1 << 12];

    public List<TokenMark> Marks { get; } = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Json => _json.AsMemory(0, Length);

    public void Mark(int line, int column, string? written = null) => Marks.Add(new TokenMark(Length, line, column, written));

    public void Write(char ascii)
    {
        Reserve(1)[0] = (byte)ascii;
        Length++;
    }

    public void WriteRaw(string text) => Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public void WriteText(string text)
    {
        Write('"');
        WriteRaw(NeedsEscape(text) ? JsonEncodedText.Encode(text).Value : text);
        Write('"');
    }

    public void Append(JsonFragment fragment) => Append(fragment, 0, fragment.Json.Length, 0);

    /// <summary>Repeats a part of a fragment; the marks before <paramref name="firstMark"/> are known to lie before it.</summary>
    /// <returns>The first mark after the part.</returns>
    public int Append(JsonFragment fragment, int start, int end, int firstMark)
    {
        var shift = Length - start;
        fragment.Json.AsSpan(start, end - start).CopyTo(Reserve(end - start));
        Length += end - start;
        for (; firstMark < fragment.Marks.Length && fragment.Marks[firstMark].Index < end; firstMark++)
        {
            var mark = fragment.Marks[firstMark];
            if (mark.Index >= start)
            {
                Marks.Add(mark with { Index = mark.Index + shift });
            }
        }

        return firstMark;
    }

    /// <summary>A copy of what was written from a place on.</summary>
    public JsonFragment CopyFrom(int start, int firstMark)
    {
        var marks = CollectionsMarshal.AsSpan(Marks)[firstMark..].ToArray();
        for (var i = 0; i < marks.Length; i++)
        {
            marks[i] = marks[i] with { Index = marks[i].Index - start };
        }

        return new JsonFragment(_json[start..Length], marks);
    }

    /// <summary>Takes back what was written from a place on.</summary>
    public void TakeBackTo(int length, int marks)
    {
        Length = length;
        CollectionsMarshal.SetCount(Marks, marks);
    }

    private static bool NeedsEscape(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || text.AsSpan().IndexOfAny('"', '\\') >= 0;

    private Span<byte> Reserve(int count)
    {
        if (_json.Length - Length < count)
        {
            Array.Resize(ref _json, Math.Max(checked(Length + count), (int)Math.Min(2L * _json.Length, Array.MaxLength)));
        }

        return _json.AsSpan(Length);
    }
}

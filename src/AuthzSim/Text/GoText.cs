using System.Buffers;
using System.Globalization;
using System.Text;

namespace AuthzSim.Text;

/// <summary>Text as Go's <c>fmt</c> prints it, since upstream's messages are made with it.</summary>
public static class GoText
{
    /// <summary>What stands between quotes as it is: printable ASCII but for the quote and the backslash.</summary>
    private static readonly SearchValues<char> _plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    /// <summary><c>%q</c> of a string: quoted, with Go's escapes.</summary>
    /// <param name="text">The string.</param>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyExcept(_plain))
        {
            return $"\"{text}\"";
        }

        var builder = new StringBuilder(text.Length + 2);
        AppendQuoted(builder, text);
        return builder.ToString();
    }

    /// <summary><c>%q</c> of a string list: <c>["a" "b"]</c>.</summary>
    /// <param name="items">The strings.</param>
    public static string QuoteList(ReadOnlySpan<string> items)
    {
        var builder = new StringBuilder().Append('[');
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                builder.Append(' ');
            }

            AppendQuoted(builder, items[i]);
        }

        return builder.Append(']').ToString();
    }

    /// <summary><c>%v</c> of a string list: <c>[a b]</c>, nothing quoted.</summary>
    /// <param name="items">The strings.</param>
    public static string List(ReadOnlySpan<string> items) => "[" + string.Join(' ', items!) + "]";

    /// <summary>Orders strings by their UTF-8 bytes, as Go does; ordinal order differs above U+FFFF.</summary>
    /// <param name="a">One string.</param>
    /// <param name="b">Another.</param>
    public static int CompareBytes(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        // Surrogates stand for code points above every other UTF-16 unit.
        var (x, y) = (a[same], b[same]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y) : char.IsSurrogate(x) ? 1 : -1;
    }

    private static void AppendQuoted(StringBuilder builder, string text)
    {
        builder.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            AppendEscaped(builder, rune);
        }

        builder.Append('"');
    }

    private static void AppendEscaped(StringBuilder builder, Rune rune)
    {
        var escape = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            < 0x20 or 0x7f => $"\\x{rune.Value:x2}",
            _ when IsPrint(rune) => null,
            > 0xffff => $"\\U{rune.Value:x8}",
            _ => $"\\u{rune.Value:x4}",
        };
        if (escape is null)
        {
            Span<char> units = stackalloc char[2];
            builder.Append(units[..rune.EncodeToUtf16(units)]);
        }
        else
        {
            builder.Append(escape);
        }
    }

    /// <summary>Go's <c>strconv.IsPrint</c>: letters, marks, numbers, punctuation, symbols, and the ASCII space.</summary>
    private static bool IsPrint(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}

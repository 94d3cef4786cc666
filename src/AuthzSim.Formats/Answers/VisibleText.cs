using System.Text;
using AuthzSim.Text;

namespace AuthzSim.Formats.Answers;

/// <summary>Text from outside on one line, in the order it is read, with nothing in it that cannot be seen.</summary>
internal static class VisibleText
{
    /// <summary>
    /// The text with Go's escapes for what has no picture: line breaks and other controls, marks that turn the direction of
    /// writing, spaces of other widths. A lone half of a surrogate pair is U+FFFD.
    /// </summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        var builder = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= ' ' and <= '~')
            {
                builder.Append((char)rune.Value);
            }
            else
            {
                var quoted = GoText.Quote(rune.ToString());
                builder.Append(quoted, 1, quoted.Length - 2);
            }
        }

        return builder.ToString();
    }

    /// <summary>The text, or its beginning when it is longer than <paramref name="limit"/>.</summary>
    public static string Shorten(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
        return $"{text.AsSpan(0, end)}… (shortened)";
    }
}

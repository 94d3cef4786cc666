using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthzSim.Formats.Yaml;

/// <summary>A text as a YAML scalar: plain where every YAML reader takes it for that text, else quoted as kubectl does.</summary>
internal static partial class YamlText
{
    public static string Quote(string text)
    {
        if (text.Length == 0 || IsOtherType(text))
        {
            return Escape(text);
        }

        // Some readers, YamlDotNet among them, take ` *` within a key for an alias.
        if (IsPlain().IsMatch(text) && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
            && !text.Contains(" *", StringComparison.Ordinal) && text[^1] is not (':' or ' ') && !text.StartsWith("---", StringComparison.Ordinal) && !text.StartsWith("...", StringComparison.Ordinal))
        {
            return text;
        }

        return IsPrintable(text) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : Escape(text);
    }

    /// <summary>Numbers, booleans, nulls, and what YAML 1.1 takes for times and sexagesimals.</summary>
    private static bool IsOtherType(string text) =>
        text is "=" or "<<" || PlainScalars.Resolve(text) != ScalarType.Text || IsTimeLike().IsMatch(text);

    private static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator || rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return text[0] != ' ' && text[^1] != ' ';
    }

    private static string Escape(string text)
    {
        var builder = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\n' => builder.Append("\\n"),
                '\t' => builder.Append("\\t"),
                '\r' => builder.Append("\\r"),
                >= ' ' and < 0x7f => builder.Append(rune),
                <= 0xff => builder.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                <= 0xffff => builder.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => builder.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        }

        return builder.Append('"').ToString();
    }

    [GeneratedRegex("^[A-Za-z_/.$(][A-Za-z0-9_/.$()+:@%=~^#*,;<>&!?\\- ]*\\z|^[0-9][A-Za-z0-9_/.+\\-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsPlain();

    [GeneratedRegex("^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsTimeLike();
}

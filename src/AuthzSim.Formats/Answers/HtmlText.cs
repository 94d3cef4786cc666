using System.Buffers;
using System.Text;

namespace AuthzSim.Formats.Answers;

/// <summary>Text from outside in HTML.</summary>
internal static class HtmlText
{
    private static readonly SearchValues<char> _special = SearchValues.Create("&<>\"'`");

    /// <summary>The text as content or within a quoted attribute; what cannot be seen is written out.</summary>
    public static string Of(string text)
    {
        var visible = VisibleText.Of(text);
        if (!visible.AsSpan().ContainsAny(_special))
        {
            return visible;
        }

        var builder = new StringBuilder(visible.Length + 16);
        foreach (var c in visible)
        {
            _ = c switch
            {
                '&' => builder.Append("&amp;"),
                '<' => builder.Append("&lt;"),
                '>' => builder.Append("&gt;"),
                '"' => builder.Append("&quot;"),
                '\'' or '`' => builder.Append("&#").Append((int)c).Append(';'),
                _ => builder.Append(c),
            };
        }

        return builder.ToString();
    }
}

namespace AuthzSim.Formats.Answers;

/// <summary>
/// Text from outside in Markdown, as GitHub and GitLab read it. It stands in code spans, where nothing is markup, a link or
/// the name of somebody to tell.
/// </summary>
internal static class MarkdownText
{
    private const int Limit = 240;
    private const string TwoBackticks = "``";

    /// <summary>
    /// A code span. A single backtick in it is fenced by two; three would begin a block, so that where there are more they are
    /// written out.
    /// </summary>
    public static string Code(string text, int limit = Limit)
    {
        var visible = VisibleText.Of(text);
        visible = Shorten(visible.Contains(TwoBackticks, StringComparison.Ordinal) ? WithoutBackticks(visible) : visible, limit);
        var fence = visible.Contains('`', StringComparison.Ordinal) ? TwoBackticks : "`";
        var pad = visible[0] is '`' or ' ' || visible[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{pad}{visible}{pad}{fence}";
    }

    /// <summary>A code span in a table, where a bar would end the cell whatever stands before it.</summary>
    public static string Cell(string text, int limit = Limit)
    {
        var visible = Shorten(WithoutBackticks(VisibleText.Of(text)).Replace("|", "\\x7c", StringComparison.Ordinal), limit);
        return visible[0] == ' ' || visible[^1] == ' ' ? $"` {visible} `" : $"`{visible}`";
    }

    /// <summary>The same within HTML, where Markdown is not read.</summary>
    public static string Html(string text, int limit = Limit) => $"<code>{HtmlText.Of(Shorten(VisibleText.Of(text), limit))}</code>";

    /// <summary>A sentence as it is, when it is of plain words; otherwise as <paramref name="escape"/> makes it.</summary>
    public static string Sentence(string text, Func<string, string> escape) => IsPlain(text) ? text : escape(text);

    private static string Shorten(string visible, int limit) => visible.Length == 0 ? "\"\"" : VisibleText.Shorten(visible, limit);

    private static string WithoutBackticks(string visible) => visible.Replace("`", "\\x60", StringComparison.Ordinal);

    /// <summary>Letters, digits and what stands between words; a dot or colon within one could make a link of it.</summary>
    private static bool IsPlain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPlain = text[i] is ' ' or ',' or '-' or '\'' || char.IsAsciiLetterOrDigit(text[i])
                || (text[i] is '.' or ':' or ';' && (i + 1 == text.Length || text[i + 1] == ' '));
            if (!isPlain)
            {
                return false;
            }
        }

        return text.Length is > 0 and <= Limit && text[0] != ' ';
    }
}

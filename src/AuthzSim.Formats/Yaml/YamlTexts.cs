using YamlDotNet.Core;

namespace AuthzSim.Formats.Yaml;

/// <summary>Says what a YAML syntax error is, and where, in our own words.</summary>
internal static class YamlTexts
{
    private static readonly (string Part, string Text)[] Known =
    [
        ("tab", "a tab stands where blanks must indent: YAML takes blanks only"),
        ("found invalid mapping", "a second `: ` in one line, or a line indented too far: quote the text, or check the indentation"),
        ("did not find expected key", "this line is not indented like the fields around it, or is no `field: value`"),
        ("did not find expected '-' indicator", "this line is not indented like the list before it: start it with `- `, or indent it"),
        ("did not find expected ',' or ']'", "a `[` list is not closed: `,` or `]` is missing here"),
        ("did not find expected ',' or '}'", "a `{` object is not closed: `,` or `}` is missing here"),
        ("found unexpected end of stream", "a quote is opened here and never closed"),
        ("unexpected document indicator", "a quote is opened here and never closed before the next document"),
        ("character that cannot start any token", "a text cannot start with this character: quote it"),
        ("unknown escape character", "an unknown `\\` escape in a double-quoted text: use single quotes for a literal backslash"),
        ("did not find expected node content", "a value is missing here"),
        ("could not find expected ':'", "a `:` is missing after the field's name"),
        ("Did not find expected <document end>", "the document is over before this: check the indentation, or write `---` to begin another"),
        ("Did not find expected <document start>", "a document must begin with `---` here"),
        ("Mapping values are not allowed", "a `: ` is not allowed here: check the indentation, or quote the text"),
        ("mapping values are not allowed", "a `: ` is not allowed here: check the indentation, or quote the text"),
        ("block sequence entries are not allowed", "a `- ` is not allowed here: check the indentation"),
        ("Block sequence entries are not allowed", "a `- ` is not allowed here: check the indentation"),
    ];

    public static ((int Line, int Column) Place, string Message) Explain(YamlException error, string text, int documentLine)
    {
        var place = ((int)error.Start.Line, (int)error.Start.Column);
        foreach (var (part, words) in Known)
        {
            if (error.Message.Contains(part, StringComparison.Ordinal))
            {
                return (part == "tab" ? FindTab(text, documentLine) ?? place : place, words);
            }
        }

        var message = error.Message.TrimEnd('.').Replace('\'', '`');
        return (place, "not YAML: " + char.ToLowerInvariant(message[0]) + message[1..]);
    }

    /// <summary>The parser does not say where the tab is: the first one that indents in the document.</summary>
    private static (int Line, int Column)? FindTab(string text, int fromLine)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var column = content.IndexOfAnyExcept(' ');
            if (line >= fromLine && column >= 0 && content[column] == '\t' && !content.IsWhiteSpace())
            {
                return (line, column + 1);
            }
        }

        return null;
    }
}

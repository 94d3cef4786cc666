using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuthzSim.Formats.Json;

/// <summary>Says what a JSON syntax error is in our own words.</summary>
internal static partial class JsonTexts
{
    public static string Explain(JsonException error)
    {
        var text = error.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        text = Place().Replace(end < 0 ? text : text[..end], "`$1`").TrimEnd('.', ' ');
        return text switch
        {
            _ when text.Contains("Expected depth to be zero", StringComparison.Ordinal)
                || text.Contains("end of data", StringComparison.Ordinal)
                || text.Contains("reached end", StringComparison.OrdinalIgnoreCase)
                || text.Contains("Expected end of string", StringComparison.Ordinal)
                || text.Contains("end of the string", StringComparison.Ordinal) => "the file ends in the middle of an object",
            _ when text.Contains("maximum configured depth", StringComparison.Ordinal) =>
                $"nested more than {FieldReader.MaxDepth} levels deep",
            _ when text.Contains("trailing comma", StringComparison.Ordinal) =>
                "a `,` stands before the closing brace or bracket: remove it",
            _ when text.Contains("invalid within a JSON string", StringComparison.Ordinal) =>
                "a line break, tab or control character stands inside a text: write it as `\\n`, `\\t` or `\\u00XX`",
            _ => "not JSON: " + Lower(text.Replace(". Change the reader options", "", StringComparison.Ordinal)),
        };
    }

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Place();
}

using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Manifests;

/// <summary>Problems in a file: each is an error at its place, with the way out.</summary>
internal sealed class FileProblems(DiagnosticBag diagnostics) : DecodingProblems
{
    private const int LongestQuote = 40;

    public override void UnknownField(in FieldReader reader, FieldPath parent, FieldTable table)
    {
        var name = reader.Text;
        var hint = FieldHints.For(name, table);
        diagnostics.Error(reader.Location, DiagnosticCodes.UnknownField, $"{Prefix(parent)}unknown field {Quote(name)}{hint}");
    }

    public override void DuplicateField(in FieldReader reader, FieldPath path) =>
        diagnostics.Error(
            reader.Location, DiagnosticCodes.DuplicateField, $"{path}: given twice: keep one of them, or join them into one");

    public override void WrongType(in FieldReader reader, FieldPath path, ExpectedType expected) =>
        diagnostics.Error(reader.Location, DiagnosticCodes.WrongType, $"{path}: {Describe(reader, path, expected)}");

    private static string Prefix(FieldPath parent) => parent.ToString() is { Length: > 0 } path ? path + ": " : "";

    private static string Quote(string text) =>
        $"`{(text.Length <= LongestQuote ? text : text[..LongestQuote] + "…")}`";

    private static string Describe(in FieldReader reader, FieldPath path, ExpectedType expected)
    {
        if (expected == ExpectedType.Text)
        {
            return reader.Token switch
            {
                JsonTokenType.Null => "nothing stands where text is needed: remove it, or write `\"\"` for an empty text",
                JsonTokenType.StartArray => "a list stands where one text is needed",
                JsonTokenType.StartObject => "an object stands where one text is needed",
                _ => $"{Quote(reader.Written)} is {Name(reader.Token)} where text is needed: quote it, `\"{reader.Written}\"`",
            };
        }

        var found = reader.Token == JsonTokenType.String ? $"the text {Quote(reader.Text)}" : Name(reader.Token);
        return expected switch
        {
            ExpectedType.TextList when reader.Token is JsonTokenType.StartObject => "an object stands where a list of texts is needed",
            ExpectedType.TextList =>
                $"{found} stands where a list is needed: write `{path.Field}: [\"{(reader.Token == JsonTokenType.String ? reader.Text : reader.Written)}\"]`",
            ExpectedType.TextMap => $"{found} stands where a map of text to text is needed",
            ExpectedType.ObjectList when reader.Token is JsonTokenType.StartObject =>
                "an object stands where a list of objects is needed: put `- ` before its first field",
            ExpectedType.ObjectList => $"{found} stands where a list of objects is needed",
            ExpectedType.Boolean => $"{found} stands where `true` or `false` is needed",
            _ => $"{found} stands where an object is needed",
        };
    }

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => "nothing",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Number => "a number",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        _ => "text",
    };
}

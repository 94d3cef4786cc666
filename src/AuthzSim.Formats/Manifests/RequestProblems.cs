using System.Text.Json;
using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Manifests;

/// <summary>Problems in the body of an API request: unknown and duplicate fields are listed, wrong types are errors.</summary>
internal sealed class RequestProblems : DecodingProblems
{
    public List<StrictDecodingError> Fields { get; } = [];

    public List<Diagnostic> WrongTypes { get; } = [];

    public override bool NullIsAbsent => true;

    public void Clear()
    {
        Fields.Clear();
        WrongTypes.Clear();
    }

    public override void UnknownField(in FieldReader reader, FieldPath parent, FieldTable table)
    {
        var path = parent.ToString();
        Fields.Add(new StrictDecodingError(path.Length == 0 ? reader.Text : $"{path}.{reader.Text}", IsDuplicate: false));
    }

    public override void DuplicateField(in FieldReader reader, FieldPath path) =>
        Fields.Add(new StrictDecodingError(path.ToString(), IsDuplicate: true));

    public override void WrongType(in FieldReader reader, FieldPath path, ExpectedType expected) =>
        WrongTypes.Add(new Diagnostic(
            reader.Location, DiagnosticSeverity.Error, DiagnosticCodes.WrongType, $"{path}: {Found(reader.Token)} where {Needed(expected)} is needed"));

    private static string Found(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a text",
    };

    private static string Needed(ExpectedType type) => type switch
    {
        ExpectedType.Text => "a text",
        ExpectedType.TextList or ExpectedType.ObjectList => "a list",
        ExpectedType.Boolean => "a boolean",
        _ => "an object",
    };
}

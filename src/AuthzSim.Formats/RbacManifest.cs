using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>Decodes the body of an API request about an RBAC object.</summary>
public static class RbacManifest
{
    /// <summary>
    /// The object a JSON text says, nothing defaulted or validated. As in the API server null is the same as absent, and of
    /// a field given twice the later counts; what a strict decoder would complain of is listed
    /// (upstream: <c>k8s.io/apimachinery/pkg/runtime/serializer/json</c>).
    /// </summary>
    /// <param name="utf8Json">One JSON object.</param>
    /// <returns>
    /// The object; null when apiVersion and kind are not those of an RBAC object of a known version, so that the caller can
    /// answer in upstream's words.
    /// </returns>
    /// <exception cref="PolicyFormatException">The text is no JSON object, or a field has a value of another type.</exception>
    public static DecodedManifest DecodeJson(ReadOnlyMemory<byte> utf8Json)
    {
        var locator = new TextLocator("body", line: 1, column: 1);
        locator.Attach(utf8Json);
        var problems = new RequestProblems();
        try
        {
            return Decode(utf8Json, locator, problems);
        }
        catch (JsonException e)
        {
            var pieces = new JsonPieces();
            throw Refuse(locator.At(pieces.IndexOf(e, utf8Json.Span)), JsonTexts.Code(e), JsonTexts.Explain(e));
        }
        catch (UnreadableInputException e)
        {
            throw Refuse(locator.At(e.Index), e.Code, e.Message);
        }
    }

    private static DecodedManifest Decode(ReadOnlyMemory<byte> utf8Json, TextLocator locator, RequestProblems problems)
    {
        var window = new JsonWindow(utf8Json, locator);
        var (apiVersion, kind) = Header(window);
        var classified = ManifestKinds.Classify(apiVersion, kind);
        if (!classified.IsRbac())
        {
            return new DecodedManifest(null, apiVersion, kind, []);
        }

        var reader = new FieldReader(window, new StringCache());
        reader.Advance();
        var isAlpha = apiVersion == ManifestKinds.AlphaVersion;
        var decoded = new RbacDecoder(new ValueDecoder(problems)).Decode(ref reader, classified, isAlpha, reader.ObjectLocation, seen: 0);
        if (problems.WrongTypes.Count > 0)
        {
            throw new PolicyFormatException([.. problems.WrongTypes]);
        }

        return new DecodedManifest(decoded, apiVersion, kind, [.. problems.Fields]);
    }

    private static (string ApiVersion, string Kind) Header(JsonWindow window)
    {
        var reader = new FieldReader(window, new StringCache());
        reader.Advance();
        if (reader.Token != JsonTokenType.StartObject)
        {
            throw new UnreadableInputException(0, DiagnosticCodes.NotAnObject, "the body must be one object");
        }

        var (apiVersion, kind) = ("", "");
        while (reader.NextField())
        {
            ref var wanted = ref apiVersion;
            if (reader.NameIs("kind"u8))
            {
                wanted = ref kind;
            }
            else if (!reader.NameIs("apiVersion"u8))
            {
                reader.Skip();
                continue;
            }

            reader.Advance();
            wanted = reader.Token == JsonTokenType.String ? reader.Text : "";
            reader.Skip();
        }

        reader.Advance();
        return (apiVersion, kind);
    }

    private static PolicyFormatException Refuse(SourceLocation location, string code, string message) =>
        new([new Diagnostic(location, DiagnosticSeverity.Error, code, message)]);
}

/// <summary>What <see cref="RbacManifest.DecodeJson"/> read.</summary>
/// <param name="Object">The object as written; null when it is not of an RBAC kind and version.</param>
/// <param name="ApiVersion">The text of <c>apiVersion</c>; <c>""</c> when absent.</param>
/// <param name="Kind">The text of <c>kind</c>; <c>""</c> when absent.</param>
/// <param name="StrictErrors">Unknown and duplicate fields in order of appearance.</param>
public sealed record DecodedManifest(
    RbacObject? Object, string ApiVersion, string Kind, ImmutableArray<StrictDecodingError> StrictErrors);

/// <summary>A field that strict decoding refuses.</summary>
/// <param name="Path">The field path, such as <c>rules[0].verb</c>.</param>
/// <param name="IsDuplicate">True for a field given twice, false for one the kind does not have.</param>
public sealed record StrictDecodingError(string Path, bool IsDuplicate)
{
    /// <summary>Upstream's text: <c>unknown field "x"</c> or <c>duplicate field "x"</c>.</summary>
    public override string ToString() => $"{(IsDuplicate ? "duplicate" : "unknown")} field \"{Path}\"";
}

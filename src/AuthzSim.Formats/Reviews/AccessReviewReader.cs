using System.Text.Json;
using System.Text.Unicode;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Reviews;

/// <summary>
/// Reads reviews, and bare specs, from JSON as the API server decodes a body: null is the same as absent, and unknown fields
/// are listed and passed over. Keeps strings that repeat; not safe to share between threads.
/// </summary>
public sealed class AccessReviewReader
{
    private readonly RequestProblems _problems = new();
    private readonly StringCache _strings = new();
    private readonly AccessReviewDecoder _decoder;

    /// <summary>Makes a reader.</summary>
    public AccessReviewReader() => _decoder = new AccessReviewDecoder(new ValueDecoder(_problems));

    /// <summary>Reads one object.</summary>
    /// <param name="utf8Json">A review, or the spec of a SubjectAccessReview alone.</param>
    /// <param name="path">What to call the input in the places of problems.</param>
    /// <param name="line">The line of the input it begins on.</param>
    /// <exception cref="PolicyFormatException">The text is no JSON object, or a field has a value of another type.</exception>
    public DecodedReview Read(ReadOnlyMemory<byte> utf8Json, string path = "body", int line = 1)
    {
        var locator = new TextLocator(path, line, column: 1);
        locator.Attach(utf8Json);
        _problems.Clear();
        try
        {
            return Decode(utf8Json.Span, locator);
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

    private DecodedReview Decode(ReadOnlySpan<byte> utf8Json, TextLocator locator)
    {
        if (!Utf8.IsValid(utf8Json))
        {
            throw new UnreadableInputException(0, DiagnosticCodes.Encoding, "this is not UTF-8 text");
        }

        var reader = new FieldReader(utf8Json, locator, _strings);
        if (!reader.Advance() || reader.Token != JsonTokenType.StartObject)
        {
            throw new UnreadableInputException(0, DiagnosticCodes.NotAnObject, "a review or its spec is needed: one JSON object");
        }

        var decoded = _decoder.Decode(ref reader, out var strays);
        reader.Advance();
        _problems.Fields.AddRange(strays.Select(name => new StrictDecodingError(name, IsDuplicate: false)));
        if (_problems.WrongTypes.Count > 0)
        {
            throw new PolicyFormatException([.. _problems.WrongTypes]);
        }

        return _problems.Fields.Count == 0 ? decoded : decoded with { StrictErrors = [.. _problems.Fields] };
    }

    private static PolicyFormatException Refuse(SourceLocation location, string code, string message) =>
        new([new Diagnostic(location, DiagnosticSeverity.Error, code, message)]);
}

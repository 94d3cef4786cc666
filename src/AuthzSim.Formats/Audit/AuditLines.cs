using System.Text.Json;
using System.Text.Unicode;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Reviews;

namespace AuthzSim.Formats.Audit;

/// <summary>JSON Lines: an event a line, or a list of them. A line that cannot be read spoils no other.</summary>
internal sealed class AuditLines(Stream input, string path, AuditEventDecoder decoder, AuditProblems problems) : AuditSource
{
    private readonly LineReader _lines = new(input, AuditLogReader.MaxEventLength, progress: null);
    private readonly LineLocator _locator = new(path);
    private AuditDocuments? _list;

    public override AuditEvent? Next()
    {
        while (true)
        {
            if (_list?.Next() is { } listed)
            {
                return listed;
            }

            _list = null;
            if (_lines.TryTake(out var line))
            {
                _locator.Attach(line, _lines.Number);
                if (Read(line) is { } @event)
                {
                    return @event;
                }
            }
            else if (!_lines.Fill())
            {
                return null;
            }
        }
    }

    private AuditEvent? Read(ReadOnlyMemory<byte> line)
    {
        if (_lines.IsTooLong)
        {
            problems.Add(_locator.Start, DiagnosticCodes.TooLarge, $"the line is longer than {AuditLogReader.MaxEventLength >> 20} MiB");
            return null;
        }

        var json = line.Span;
        if (!json.ContainsAnyExcept(" \t\r"u8))
        {
            return null;
        }

        try
        {
            return Decode(line);
        }
        catch (JsonException e)
        {
            var index = new JsonPieces().IndexOf(e, json);
            problems.Add(_locator.At(index), JsonTexts.Code(e), JsonTexts.Explain(e));
        }
        catch (UnreadableInputException e)
        {
            problems.Add(_locator.At(e.Index), e.Code, e.Message);
        }

        return null;
    }

    private AuditEvent? Decode(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            throw new UnreadableInputException(0, DiagnosticCodes.Encoding, "this is not UTF-8 text");
        }

        var reader = new FieldReader(line.Span, _locator, decoder.Strings);
        reader.Advance();
        if (reader.Token != JsonTokenType.StartObject)
        {
            throw new UnreadableInputException(reader.Index, DiagnosticCodes.NotAnObject, "an audit event is needed: one JSON object a line");
        }

        var @event = decoder.Read(ref reader, _locator, _locator.Start, isTyped: true, out _, out var isList);
        if (isList)
        {
            _list = new AuditDocuments(new JsonWindow(line, _locator), decoder, problems);
            return null;
        }

        reader.Advance();
        return @event;
    }
}

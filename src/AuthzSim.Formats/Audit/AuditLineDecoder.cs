using System.Text.Json;
using System.Text.Unicode;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Audit;

/// <summary>Decodes lines, each an event or a list of events.</summary>
internal sealed class AuditLineDecoder(string path, AuditEventDecoder decoder)
{
    // Of a usual event of level Metadata.
    private const int BytesPerEvent = 700;

    private readonly LineLocator _locator = new(path);
    private bool _isAllText;

    /// <summary>The events, in order.</summary>
    public List<AuditEvent> Events { get; } = [];

    /// <summary>What could not be read.</summary>
    public AuditProblems Problems { get; } = new(skipInvalid: true);

    /// <summary>Decodes the lines of a chunk.</summary>
    public void Read(LineChunk chunk)
    {
        var (rest, number) = (chunk.Lines, chunk.FirstLine);
        if (chunk.IsTooLong)
        {
            _locator.Attach(rest, number);
            Problems.Add(_locator.Start, DiagnosticCodes.TooLarge, $"the line is longer than {AuditLogReader.MaxEventLength >> 20} MiB");
        }

        _isAllText = Utf8.IsValid(rest.Span);
        Events.EnsureCapacity(rest.Length / BytesPerEvent);
        for (; !rest.IsEmpty; number++)
        {
            var newline = rest.Span.IndexOf((byte)'\n');
            var line = newline < 0 ? rest : rest[..newline];
            rest = rest[(newline < 0 ? rest.Length : newline + 1)..];
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                _locator.Attach(line, number);
                Read(line);
            }
        }
    }

    private void Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            Decode(line);
        }
        catch (JsonException e)
        {
            Problems.Add(_locator.At(new JsonPieces().IndexOf(e, line.Span)), JsonTexts.Code(e), JsonTexts.Explain(e));
        }
        catch (UnreadableInputException e)
        {
            Problems.Add(_locator.At(e.Index), e.Code, e.Message);
        }
    }

    private void Decode(ReadOnlyMemory<byte> line)
    {
        if (!_isAllText && !Utf8.IsValid(line.Span))
        {
            throw new UnreadableInputException(0, DiagnosticCodes.Encoding, "this is not UTF-8 text");
        }

        if (TryDecodeFast(line.Span) is { } quick)
        {
            Events.Add(quick);
            return;
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
            var list = new AuditDocuments(new JsonWindow(line, _locator), decoder, Problems);
            while (list.Next() is { } item)
            {
                Events.Add(item);
            }

            return;
        }

        reader.Advance();
        Events.Add(@event!);
    }

    /// <summary>The event of a line that holds one and nothing unusual; null for any other line, right or wrong.</summary>
    private AuditEvent? TryDecodeFast(ReadOnlySpan<byte> line)
    {
        var reader = new LineReader(line, decoder.Strings);
        reader.Advance();
        if (reader.Token != JsonTokenType.StartObject)
        {
            return null;
        }

        var @event = decoder.Read(ref reader, _locator, _locator.Start, isTyped: true, out _, out _);
        return !reader.Advance() && reader.IsAtEnd ? @event : null;
    }
}

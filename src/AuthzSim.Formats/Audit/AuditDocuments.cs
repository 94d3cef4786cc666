using System.Text.Json;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Events and lists of them in any layout, one after the other. Only one event at a time needs to be in memory. One that is no
/// event can be left out; after what is no JSON the rest of the input cannot be read.
/// </summary>
internal sealed class AuditDocuments(JsonWindow window, AuditEventDecoder decoder, AuditProblems problems) : AuditSource
{
    private const int LeastGrowth = 1 << 16;

    private readonly JsonPieces _pieces = new();
    private OpenList? _list;
    private bool _isAtEnd;

    private delegate AuditEvent? Attempt(out bool isComplete);

    public override AuditEvent? Next()
    {
        try
        {
            while (!_isAtEnd)
            {
                if (Step() is { } @event)
                {
                    return @event;
                }
            }
        }
        catch (JsonException e)
        {
            Stop(_pieces.IndexOf(e, window.Bytes), JsonTexts.Code(e), JsonTexts.Explain(e));
        }
        catch (UnreadableInputException e)
        {
            Stop(e.Index, e.Code, e.Message);
        }

        return null;
    }

    private AuditEvent? Step()
    {
        if (_list is { } list && !list.Items.Next())
        {
            Repeat(TryEnd);
            return null;
        }

        if (_list is null && !window.SkipBlanks())
        {
            _isAtEnd = true;
            return null;
        }

        return Repeat(TryRead);
    }

    /// <summary>Takes a step that the bytes may end in until it is complete.</summary>
    private AuditEvent? Repeat(Attempt attempt)
    {
        while (true)
        {
            var @event = attempt(out var isComplete);
            if (isComplete)
            {
                return @event;
            }

            FillMore();
        }
    }

    /// <summary>Twice as much, so that a large event is not begun again for every piece of it that arrives.</summary>
    private void FillMore()
    {
        var wanted = Math.Max(window.Unread.Length * 2L, LeastGrowth);
        if (window.Unread.Length > AuditLogReader.MaxEventLength)
        {
            throw new UnreadableInputException(
                window.Start, DiagnosticCodes.TooLarge, $"an event is longer than {AuditLogReader.MaxEventLength >> 20} MiB");
        }

        do
        {
            window.Fill();
        }
        while (!window.IsFinal && window.Unread.Length < wanted);
    }

    private AuditEvent? TryRead(out bool isComplete)
    {
        isComplete = false;
        var reader = Open();
        if (!reader.Advance())
        {
            return null;
        }

        var location = window.Locator.At(window.Start);
        if (reader.Token == JsonTokenType.StartArray && _list is null)
        {
            isComplete = Enter(reader.State, reader.Consumed, new OpenList(window, default, location) { IsArray = true });
            return null;
        }

        AuditEvent? @event;
        AuditType type;
        bool isList;
        try
        {
            if (reader.Token != JsonTokenType.StartObject)
            {
                throw new UnreadableInputException(reader.Index, DiagnosticCodes.NotAnObject, "an audit event or a list of them is needed: one JSON object");
            }

            @event = decoder.Read(ref reader, window.Locator, location, _list is not { AllowsUntyped: true }, out type, out isList);
            if (isList)
            {
                CheckItems(ref reader);
            }
        }
        catch (UnreadableInputException e)
        {
            isComplete = TryLeaveOut(e);
            return null;
        }

        if (reader.Starved)
        {
            return null;
        }

        isComplete = true;
        if (isList)
        {
            Enter(reader.State, reader.Consumed, new OpenList(window, type, location));
            return null;
        }

        _list?.Note(type);
        window.Advance(reader.Consumed);
        return @event;
    }

    private FieldReader Open()
    {
        window.Locator.Pin(window.Start);
        _pieces.Begin(window.Start, isResumed: false);
        return new FieldReader(window, decoder.Strings);
    }

    private void CheckItems(ref FieldReader reader)
    {
        if (_list is not null)
        {
            throw new UnreadableInputException(reader.Index, DiagnosticCodes.TooLarge, "lists stand in a list: put their items into one list");
        }

        if (reader.Advance() && reader.Token != JsonTokenType.StartArray)
        {
            throw AuditValues.Wrong(reader, "items", "a list");
        }
    }

    private bool Enter(JsonReaderState state, int consumed, OpenList list)
    {
        (list.State, list.Place) = (state, _pieces.Suspend(window.Bytes, consumed));
        window.Advance(consumed);
        _list = list;
        return true;
    }

    private bool TryLeaveOut(UnreadableInputException problem)
    {
        var reader = Open();
        reader.Advance();
        reader.Skip();
        if (reader.Starved)
        {
            return false;
        }

        problems.Add(window.Locator.At(problem.Index), problem.Code, problem.Message);
        window.Advance(reader.Consumed);
        return true;
    }

    /// <summary>From the closing bracket to the end of the list, which may say only then what it is.</summary>
    private AuditEvent? TryEnd(out bool isComplete)
    {
        var list = _list!;
        isComplete = false;
        window.Locator.Pin(window.Start);
        _pieces.Begin(window.Start, isResumed: true);
        _pieces.Resume(list.Place);
        var reader = new FieldReader(window, decoder.Strings, list.State);
        if (!reader.Advance())
        {
            return null;
        }

        var type = list.Type;
        while (!list.IsArray && reader.NextField())
        {
            if (reader.NameIs("kind"u8))
            {
                type.Kind = AuditValues.Text(ref reader, "kind");
            }
            else if (reader.NameIs("apiVersion"u8))
            {
                type.ApiVersion = AuditValues.Text(ref reader, "apiVersion");
            }
            else
            {
                reader.Skip();
            }
        }

        if (reader.Starved)
        {
            return null;
        }

        isComplete = true;
        _list = null;
        window.Advance(reader.Consumed);
        if (!list.IsArray && AuditTypes.ProblemOfList(type, list.HasUntyped) is { } problem)
        {
            problems.Add(list.Location, problem.Code, problem.Message);
        }

        return null;
    }

    private void Stop(int index, string code, string message)
    {
        _isAtEnd = true;
        var rest = window is { IsFinal: true } && index >= window.Bytes.Length ? "" : "; what follows cannot be read";
        problems.Add(window.Locator.At(index), code, message + rest);
    }

    /// <summary>The list whose items are being read.</summary>
    private sealed class OpenList(JsonWindow window, AuditType type, SourceLocation location)
    {
        public JsonItems Items { get; } = new(window);

        public AuditType Type => type;

        public SourceLocation Location => location;

        public bool IsArray { get; init; }

        public JsonReaderState State { get; set; }

        public JsonPieces.Place Place { get; set; }

        public bool HasUntyped { get; private set; }

        /// <summary>Items of a typed list need not say what they are; a list may say only after them that it is one.</summary>
        public bool AllowsUntyped => !IsArray && type.Kind is null or AuditEventDecoder.ListKind;

        public void Note(AuditType item) => HasUntyped |= item.Kind is null;
    }
}

using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>Reads events, and shares between them what comes again. For one thread at a time.</summary>
internal sealed class AuditEventDecoder
{
    public const string ApiVersion = "audit.k8s.io/v1";
    public const string EventKind = "Event";
    public const string ListKind = "EventList";

    private static readonly UserInfo _nobody = new();

    private const int GuidLength = 36;

    private readonly AuditCaches _caches;
    private readonly ActionCache _actions;

    public AuditEventDecoder(AuditCaches caches) => (_caches, _actions) = (caches, new ActionCache(caches.Actions, Strings));

    /// <summary>Texts that come again.</summary>
    public StringCache Strings { get; } = new();

    /// <summary>
    /// Reads the event whose first brace the reader is at, to its end. Null when the bytes end before, or when it turns out to be
    /// a list, whose <c>items</c> the reader is then at.
    /// </summary>
    /// <param name="reader">The reader.</param>
    /// <param name="locator">Knows the places of what the reader reads.</param>
    /// <param name="location">The event's own place.</param>
    /// <param name="isTyped">False when the list the event stands in says what it is, so that it need not.</param>
    /// <param name="type">What it says it is.</param>
    /// <param name="isList">True when it is a list.</param>
    /// <exception cref="UnreadableInputException">It is no event of this version, or a field has another type.</exception>
    public AuditEvent? Read<TReader>(
        ref TReader reader, Locator locator, SourceLocation location, bool isTyped, out AuditType type, out bool isList)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var start = reader.Index;
        var parts = new Parts();
        (type, isList) = (default, false);
        while (reader.NextField())
        {
            var name = reader.RawText;
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("kind"u8):
                    type.Kind = AuditValues.Text(ref reader, "kind");
                    break;
                case 4 when name.SequenceEqual("user"u8):
                    parts.User = User(ref reader, locator, "user");
                    break;
                case 4 when name.SequenceEqual("verb"u8):
                    parts.Verb = AuditValues.Text(ref reader, "verb");
                    break;
                case 5 when name.SequenceEqual("stage"u8):
                    parts.Stage = Stage(ref reader);
                    break;
                case 5 when name.SequenceEqual("items"u8):
                    isList = true;
                    return null;
                case 7 when name.SequenceEqual("auditID"u8):
                    AuditId(ref reader, ref parts);
                    break;
                case 9 when name.SequenceEqual("objectRef"u8):
                    parts.ObjectRef = reader.TakeValue(out parts.ObjectRefIndex);
                    break;
                case 10 when name.SequenceEqual("apiVersion"u8):
                    type.ApiVersion = AuditValues.Text(ref reader, "apiVersion");
                    break;
                case 10 when name.SequenceEqual("requestURI"u8):
                    Uri(ref reader, ref parts);
                    break;
                case 11 when name.SequenceEqual("annotations"u8):
                    Annotations(ref reader, ref parts);
                    break;
                case 14 when name.SequenceEqual("responseStatus"u8):
                    parts.Code = Code(ref reader);
                    break;
                case 14 when name.SequenceEqual("stageTimestamp"u8) && parts.Time is null:
                    parts.Time = AuditValues.Time(ref reader, "stageTimestamp");
                    break;
                case 16 when name.SequenceEqual("impersonatedUser"u8):
                    parts.ImpersonatedUser = User(ref reader, locator, "impersonatedUser");
                    break;
                case 24 when name.SequenceEqual("requestReceivedTimestamp"u8):
                    parts.Time = AuditValues.Time(ref reader, "requestReceivedTimestamp") ?? parts.Time;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.Starved)
        {
            return null;
        }

        AuditTypes.Check(type, isTyped, start);
        return Build(parts, locator, location, start);
    }

    private AuditEvent Build(in Parts parts, Locator locator, SourceLocation location, int start)
    {
        if (parts.AuditId is null || parts.Stage is not { } stage)
        {
            throw new UnreadableInputException(
                start, DiagnosticCodes.Invalid, $"an audit event has `auditID` and `stage`, this has no `{(parts.AuditId is null ? "auditID" : "stage")}`");
        }

        var uri = parts.Uri;
        var action = parts.HasUri ? _actions.Get(parts.Verb, parts.RawUri, ref uri) : null;
        return new AuditEvent
        {
            AuditId = parts.AuditId,
            Id = parts.Id,
            Stage = stage,
            Action = action ?? ActionOfObject(parts, locator, start),
            User = parts.User ?? _nobody,
            ImpersonatedUser = parts.ImpersonatedUser,
            RequestUri = uri ?? "",
            ResponseCode = parts.Code,
            Time = parts.Time ?? default,
            AnnotatedDecision = parts.Decision,
            Reason = parts.Reason ?? "",
            Location = location,
        };
    }

    private AuditedAction ActionOfObject(in Parts parts, Locator locator, int start)
    {
        if (!parts.ObjectRef.IsEmpty)
        {
            var reader = new FieldReader(parts.ObjectRef, locator, Strings, parts.ObjectRefIndex);
            if (AuditValues.Object(ref reader) is { } reference)
            {
                return AuditedAction.OfObject(parts.Verb, reference);
            }
        }

        throw new UnreadableInputException(
            start,
            DiagnosticCodes.Invalid,
            !parts.HasUri
                ? "what was requested is not said: neither `requestURI` nor `objectRef.resource` is here"
                : "requestURI: this is no URL, and there is no `objectRef.resource` to say what was requested");
    }

    private UserInfo? User<TReader>(ref TReader reader, Locator locator, string field)
        where TReader : struct, IFieldReader, allows ref struct
    {
        // A known user is one whole object, so that no more of it has to be read than that it is this one.
        var guess = reader.PeekObject();
        var hash = 0UL;
        if (!guess.IsEmpty && _caches.Users.Find(guess, out hash) is { } guessed)
        {
            reader.PassObject(guess.Length);
            return guessed;
        }

        var json = reader.TakeValue(out var index);
        if (reader.Starved || json.TrimStart(" \t\r\n"u8).SequenceEqual("null"u8))
        {
            return null;
        }

        if (json.Length != guess.Length && _caches.Users.Find(json, out hash) is { } known)
        {
            return known;
        }

        var quick = new LineReader(json, Strings, index);
        var user = AuditValues.User(ref quick, field);
        if (quick.Starved)
        {
            var general = new FieldReader(json, locator, Strings, index);
            user = AuditValues.User(ref general, field);
        }

        return _caches.Users.Put(hash, json, user);
    }

    private static void Uri<TReader>(ref TReader reader, ref Parts parts)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (AuditValues.HasText(ref reader, "requestURI"))
        {
            parts.HasUri = true;
            parts.RawUri = reader.RawText;
            parts.Uri = parts.RawUri.Contains((byte)'\\') ? reader.OwnText : null;
        }
    }

    private static void AuditId<TReader>(ref TReader reader, ref Parts parts)
        where TReader : struct, IFieldReader, allows ref struct
    {
        (parts.AuditId, parts.Id) = ("", null);
        if (AuditValues.HasText(ref reader, "auditID"))
        {
            Span<byte> text = stackalloc byte[GuidLength];
            var raw = reader.RawText;
            if (raw.Length == GuidLength && Guid.TryParse(raw, out var id) && id.TryFormat(text, out _) && raw.SequenceEqual(text))
            {
                parts.Id = id;
            }
            else
            {
                parts.AuditId = reader.OwnText;
            }
        }
    }

    private static AuditStage? Stage<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!AuditValues.HasText(ref reader, "stage"))
        {
            return null;
        }

        return reader.Text switch
        {
            nameof(AuditStage.RequestReceived) => AuditStage.RequestReceived,
            nameof(AuditStage.ResponseStarted) => AuditStage.ResponseStarted,
            nameof(AuditStage.ResponseComplete) => AuditStage.ResponseComplete,
            nameof(AuditStage.Panic) => AuditStage.Panic,
            _ => throw AuditValues.Wrong(reader, "stage", "RequestReceived, ResponseStarted, ResponseComplete or Panic"),
        };
    }

    private static int Code<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var code = 0;
        if (AuditValues.HasObject(ref reader, "responseStatus"))
        {
            while (reader.NextField())
            {
                if (reader.NameIs("code"u8))
                {
                    code = AuditValues.Number(ref reader, "responseStatus.code");
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return code;
    }

    private void Annotations<TReader>(ref TReader reader, ref Parts parts)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!AuditValues.HasObject(ref reader, "annotations"))
        {
            return;
        }

        while (reader.NextField())
        {
            if (reader.NameIs("authorization.k8s.io/decision"u8))
            {
                parts.Decision = Decision(ref reader);
            }
            else if (reader.NameIs("authorization.k8s.io/reason"u8))
            {
                parts.Reason = Reason(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static AuditDecision? Decision<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        const string Field = "annotations[authorization.k8s.io/decision]";
        if (!AuditValues.HasText(ref reader, Field))
        {
            return null;
        }

        return reader.Text switch
        {
            "allow" => AuditDecision.Allow,
            "forbid" => AuditDecision.Forbid,
            _ => throw AuditValues.Wrong(reader, Field, "allow or forbid"),
        };
    }

    private string Reason<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (!AuditValues.HasText(ref reader, "annotations[authorization.k8s.io/reason]"))
        {
            return "";
        }

        var raw = reader.RawText;
        return raw.IsEmpty ? "" : _caches.Reasons.Find(raw, out var hash) ?? _caches.Reasons.Put(hash, raw, reader.OwnText);
    }

    private ref struct Parts()
    {
        public string? AuditId;
        public Guid? Id;
        public AuditStage? Stage;
        public string Verb = "";
        public bool HasUri;
        public string? Uri;
        public ReadOnlySpan<byte> RawUri;
        public ReadOnlySpan<byte> ObjectRef;
        public int ObjectRefIndex;
        public UserInfo? User;
        public UserInfo? ImpersonatedUser;
        public int Code;
        public DateTimeOffset? Time;
        public AuditDecision? Decision;
        public string? Reason;
    }
}

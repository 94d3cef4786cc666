using System.Numerics;
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

    private readonly AuditCaches _caches;
    private readonly ActionCache _actions;
    private readonly UserCache _users;

    public AuditEventDecoder(AuditCaches caches)
    {
        _caches = caches;
        _actions = new ActionCache(caches.Actions, Strings);
        _users = new UserCache(caches.Users, Strings);
    }

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
        var parts = new AuditEventParts();
        (type, isList) = (default, false);
        while (reader.NextField())
        {
            isList = reader.NameIs("items"u8);
            if (isList)
            {
                return null;
            }

            ReadField(ref reader, locator, ref type, ref parts);
            ReadUsual(ref reader, locator, ref parts);
        }

        if (reader.Starved)
        {
            return null;
        }

        AuditTypes.Check(type, isTyped, start);
        return Build(parts, locator, location, start);
    }

    private void ReadField<TReader>(ref TReader reader, Locator locator, ref AuditType type, ref AuditEventParts parts)
        where TReader : struct, IFieldReader, allows ref struct
    {
        var name = reader.RawText;
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("kind"u8):
                type.Kind = AuditValues.Text(ref reader, "kind", "Event"u8, EventKind);
                break;
            case 4 when name.SequenceEqual("user"u8):
                parts.User = _users.Read(ref reader, locator, "user", out parts.UserHash);
                break;
            case 4 when name.SequenceEqual("verb"u8):
                parts.Verb = AuditValues.Text(ref reader, "verb");
                break;
            case 5 when name.SequenceEqual("stage"u8):
                parts.Stage = AuditValues.Stage(ref reader);
                break;
            case 7 when name.SequenceEqual("auditID"u8):
                parts.ReadAuditId(ref reader);
                break;
            case 9 when name.SequenceEqual("objectRef"u8):
                parts.ObjectRef = reader.TakeValue(out parts.ObjectRefIndex);
                break;
            case 10 when name.SequenceEqual("apiVersion"u8):
                type.ApiVersion = AuditValues.Text(ref reader, "apiVersion", "audit.k8s.io/v1"u8, ApiVersion);
                break;
            case 10 when name.SequenceEqual("requestURI"u8):
                parts.ReadUri(ref reader);
                break;
            case 11 when name.SequenceEqual("annotations"u8):
                Annotations(ref reader, ref parts);
                break;
            case 14 when name.SequenceEqual("responseStatus"u8):
                parts.Code = AuditValues.Code(ref reader);
                break;
            case 14 when name.SequenceEqual("stageTimestamp"u8):
                parts.ReadStageTime(ref reader);
                break;
            case 16 when name.SequenceEqual("impersonatedUser"u8):
                parts.ImpersonatedUser = _users.Read(ref reader, locator, "impersonatedUser", out parts.ImpersonatedUserHash);
                break;
            case 24 when name.SequenceEqual("requestReceivedTimestamp"u8):
                parts.Time = AuditValues.Time(ref reader, "requestReceivedTimestamp") ?? parts.Time;
                break;
            default:
                reader.Skip();
                break;
        }
    }

    /// <summary>Fields in the order in which servers write them (upstream: <c>Event</c>), those after the last one read.</summary>
    private void ReadUsual<TReader>(ref TReader reader, Locator locator, ref AuditEventParts parts)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (reader.PassName(",\"level\":"u8))
        {
            reader.Skip();
        }

        if (reader.PassName(",\"auditID\":"u8))
        {
            parts.ReadAuditId(ref reader);
        }

        if (reader.PassName(",\"stage\":"u8))
        {
            parts.Stage = AuditValues.Stage(ref reader);
        }

        if (reader.PassName(",\"requestURI\":"u8))
        {
            parts.ReadUri(ref reader);
        }

        if (reader.PassName(",\"verb\":"u8))
        {
            parts.Verb = AuditValues.Text(ref reader, "verb");
        }

        if (reader.PassName(",\"user\":"u8))
        {
            parts.User = _users.Read(ref reader, locator, "user", out parts.UserHash);
        }

        if (reader.PassName(",\"sourceIPs\":"u8))
        {
            reader.Skip();
        }

        if (reader.PassName(",\"userAgent\":"u8))
        {
            reader.Skip();
        }

        if (reader.PassName(",\"objectRef\":"u8))
        {
            parts.ObjectRef = reader.TakeValue(out parts.ObjectRefIndex);
        }

        if (reader.PassName(",\"responseStatus\":"u8))
        {
            parts.Code = AuditValues.Code(ref reader);
        }

        if (reader.PassName(",\"requestReceivedTimestamp\":"u8))
        {
            parts.Time = AuditValues.Time(ref reader, "requestReceivedTimestamp") ?? parts.Time;
        }

        if (reader.PassName(",\"stageTimestamp\":"u8))
        {
            parts.ReadStageTime(ref reader);
        }

        if (reader.PassName(",\"annotations\":"u8))
        {
            Annotations(ref reader, ref parts);
        }
    }

    private AuditEvent Build(in AuditEventParts parts, Locator locator, SourceLocation location, int start)
    {
        if (parts.AuditId is null || parts.Stage is not { } stage)
        {
            throw new UnreadableInputException(
                start, DiagnosticCodes.Invalid, $"an audit event has `auditID` and `stage`, this has no `{(parts.AuditId is null ? "auditID" : "stage")}`");
        }

        var uri = parts.Uri;
        var actionHash = 0UL;
        var action = parts.HasUri ? _actions.Get(parts.Verb, parts.RawUri, ref uri, out actionHash) : null;
        return new AuditEvent
        {
            AuditId = parts.AuditId,
            Id = parts.Id,
            Stage = stage,
            Action = action ?? ActionOfObject(parts, locator, start),
            User = parts.User ?? _nobody,
            ImpersonatedUser = parts.ImpersonatedUser,
            LazyRequestUri = uri ?? "",
            ResponseCode = parts.Code,
            Time = parts.Time ?? default,
            AnnotatedDecision = parts.Decision,
            Reason = parts.Reason ?? "",
            Location = location,
            SharedHash = SharedHash(parts.ImpersonatedUser is null ? parts.UserHash : parts.ImpersonatedUserHash, actionHash),
        };
    }

    private static ulong SharedHash(ulong user, ulong action) =>
        user == 0 || action == 0 ? 0 : user ^ BitOperations.RotateLeft(action, 1);

    private AuditedAction ActionOfObject(in AuditEventParts parts, Locator locator, int start)
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

    private void Annotations<TReader>(ref TReader reader, ref AuditEventParts parts)
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
                parts.Decision = AuditValues.Decision(ref reader);
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
}

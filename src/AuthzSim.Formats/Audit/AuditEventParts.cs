using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>What was read of an event so far; null and empty for what was not.</summary>
internal ref struct AuditEventParts()
{
    private const int GuidLength = 36;

    public string? AuditId;
    public Guid? Id;
    public AuditStage? Stage;
    public string Verb = "";
    public bool HasUri;

    /// <summary>What the URL is the text of, where that had to be made already.</summary>
    public object? Uri;
    public ReadOnlySpan<byte> RawUri;
    public ReadOnlySpan<byte> ObjectRef;
    public int ObjectRefIndex;
    public UserInfo? User;
    public ulong UserHash;
    public UserInfo? ImpersonatedUser;
    public ulong ImpersonatedUserHash;
    public int Code;
    public DateTimeOffset? Time;
    public AuditDecision? Decision;
    public string? Reason;

    public void ReadUri<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (AuditValues.HasText(ref reader, "requestURI"))
        {
            HasUri = true;
            RawUri = reader.RawText;
            Uri = RawJsonText.CanWait(RawUri) ? null : reader.OwnText;
        }
    }

    public void ReadAuditId<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        (AuditId, Id) = ("", null);
        if (AuditValues.HasText(ref reader, "auditID"))
        {
            Span<byte> text = stackalloc byte[GuidLength];
            var raw = reader.RawText;
            if (raw.Length == GuidLength && Guid.TryParse(raw, out var id) && id.TryFormat(text, out _) && raw.SequenceEqual(text))
            {
                Id = id;
            }
            else
            {
                AuditId = reader.OwnText;
            }
        }
    }

    /// <summary>The time of the stage counts only where that of the receipt was not read.</summary>
    public void ReadStageTime<TReader>(ref TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        if (Time is null)
        {
            Time = AuditValues.Time(ref reader, "stageTimestamp");
        }
        else
        {
            reader.Skip();
        }
    }
}

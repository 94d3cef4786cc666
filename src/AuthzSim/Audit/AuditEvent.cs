using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Audit;

/// <summary>
/// What an event of <c>audit.k8s.io/v1</c> says of one request and of how it was authorized. Immutable. Texts that the event
/// lacks are <c>""</c>.
/// </summary>
public sealed class AuditEvent
{
    private readonly object _uri = "";

    /// <summary>The id that all events of one request share.</summary>
    public required string AuditId { get => Id is { } id ? id.ToString() : field; init; }

    /// <summary>The same as a number, when it is a GUID in lower case, as servers make them; then it need not be a text.</summary>
    internal Guid? Id { get; init; }

    /// <summary>When in the course of the request the event was written.</summary>
    public required AuditStage Stage { get; init; }

    /// <summary>What was asked for, as the authorizer saw it.</summary>
    public required AuditedAction Action { get; init; }

    /// <summary>Who was authenticated.</summary>
    public required UserInfo User { get; init; }

    /// <summary>Whom the user acted as; null when as nobody else. The decision is about this one.</summary>
    public UserInfo? ImpersonatedUser { get; init; }

    /// <summary>The URL as sent, path and query.</summary>
    public string RequestUri { get => _uri as string ?? _uri.ToString()!; init => _uri = value; }

    /// <summary>What the URL is the text of: few ever ask for it, so that it need not be a text before.</summary>
    internal object LazyRequestUri { init => _uri = value; }

    /// <summary>Tells users and actions that events share from others, at a glance; 0 when nothing is shared.</summary>
    internal ulong SharedHash { get; init; }

    /// <summary>The response's HTTP status code; 0 when the event has none.</summary>
    public int ResponseCode { get; init; }

    /// <summary>
    /// When the request was received, which is the same in all its events; when the event lacks it, the time of the stage.
    /// </summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The annotation <c>authorization.k8s.io/decision</c>; null when it is absent.</summary>
    public AuditDecision? AnnotatedDecision { get; init; }

    /// <summary>The annotation <c>authorization.k8s.io/reason</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Where the event was read.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Whom the authorizer was asked about.</summary>
    public UserInfo EffectiveUser => ImpersonatedUser ?? User;

    /// <summary>
    /// What the authorizer decided: as annotated, or, in a log without annotations, that it allowed what was then served. Null
    /// when the event does not say.
    /// </summary>
    public AuditDecision? Decision =>
        AnnotatedDecision ?? (ResponseCode is > 0 and < 400 && Stage != AuditStage.RequestReceived ? AuditDecision.Allow : null);

    /// <summary>The question the authorizer was asked.</summary>
    public RequestAttributes ToAttributes() => Action.ToAttributes(EffectiveUser);
}

/// <summary>What the server wrote down of its authorization (upstream: <c>decisionAllow</c> and <c>decisionForbid</c>).</summary>
public enum AuditDecision
{
    /// <summary>Not allowed, whether an authorizer denied or none had an opinion.</summary>
    Forbid,

    /// <summary>Allowed.</summary>
    Allow,
}

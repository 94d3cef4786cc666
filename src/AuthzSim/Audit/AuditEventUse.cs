namespace AuthzSim.Audit;

/// <summary>What an event of an audit log is to whoever asks its requests again.</summary>
public enum AuditEventUse
{
    /// <summary>A request, whose decision is known, that no earlier event stood for.</summary>
    Request,

    /// <summary>Another event of a request that was counted.</summary>
    Repeated,

    /// <summary>The event of a request's receipt, before it was authorized and before it is known whom it impersonates.</summary>
    Received,

    /// <summary>The server answered 401: it did not know who asked.</summary>
    Unauthenticated,

    /// <summary>The server answered 403 before it asked about the request: the user may not impersonate whom it wanted to.</summary>
    ImpersonationRefused,

    /// <summary>
    /// Allowed by another authorizer than RBAC, such as Node or a webhook, so that RBAC's rules had no say in it.
    /// </summary>
    AllowedByOther,

    /// <summary>The event does not say what was decided: refused for load, failed, or without its annotations.</summary>
    Undecided,
}

namespace AuthzSim.Audit;

/// <summary>When in the course of a request its event was written (upstream: <c>Stage</c> of <c>audit.k8s.io/v1</c>).</summary>
public enum AuditStage
{
    /// <summary>The request was received; nothing has been decided, and whom it impersonates is not known.</summary>
    RequestReceived,

    /// <summary>The response's headers were sent; long-running requests only, and those whose authentication failed.</summary>
    ResponseStarted,

    /// <summary>The response was sent.</summary>
    ResponseComplete,

    /// <summary>The server panicked while it served the request.</summary>
    Panic,
}

namespace AuthzSim.Server.Requests;

/// <summary>What a request may cost.</summary>
/// <param name="MaxBodyBytes">The most bytes of a body.</param>
/// <param name="Timeout">How long it may take; a watch may take longer, but its client no longer than this to read what it is told.</param>
internal sealed record RequestLimits(int MaxBodyBytes, TimeSpan Timeout);

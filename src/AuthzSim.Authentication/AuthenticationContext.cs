using System.Collections.Immutable;

namespace AuthzSim.Authentication;

/// <summary>What an authenticator is told beside the request itself.</summary>
public sealed record AuthenticationContext
{
    /// <summary>No audiences, nobody listening.</summary>
    public static AuthenticationContext Default { get; } = new();

    /// <summary>
    /// The audiences one of which the credential must be meant for; empty means that none are asked for (upstream:
    /// <c>authenticator.AudiencesFrom(ctx)</c>).
    /// </summary>
    public ImmutableArray<string> Audiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Told what each authenticator answered, in order; null when nobody asks.</summary>
    public AuthenticationTrace? Trace { get; init; }
}

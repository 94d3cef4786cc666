using System.Collections.Immutable;
using AuthzSim.Authentication.Cluster;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>What token is wanted (upstream: <c>authenticationv1.TokenRequestSpec</c>).</summary>
public sealed record ServiceAccountTokenRequest
{
    private const string Field = "spec.expirationSeconds: Invalid value: ";
    private const long MinSeconds = 10 * 60;
    private const long MaxSeconds = 1L << 32;

    /// <summary>Whom the token is meant for; empty means the server's own audiences.</summary>
    public ImmutableArray<string> Audiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How long the token is good for.</summary>
    public long ExpirationSeconds { get; init; } = 3600;

    /// <summary>The pod without which the token is worth nothing.</summary>
    public Pod? Pod { get; init; }

    /// <summary>The secret without which the token is worth nothing.</summary>
    public Secret? Secret { get; init; }

    /// <summary>The node without which the token is worth nothing, or the node of <see cref="Pod"/>.</summary>
    public Node? Node { get; init; }

    /// <summary>
    /// Why the server would refuse the request, in its words; null when it would not (upstream: <c>ValidateTokenRequest</c>).
    /// </summary>
    public string? Validate() => ExpirationSeconds switch
    {
        < MinSeconds => $"{Field}{ExpirationSeconds}: may not specify a duration less than 10 minutes",
        > MaxSeconds => $"{Field}{ExpirationSeconds}: may not specify a duration larger than 2^32 seconds",
        _ => null,
    };
}

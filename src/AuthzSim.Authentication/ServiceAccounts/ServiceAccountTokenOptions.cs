using System.Collections.Immutable;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>How the server was told to check tokens of service accounts.</summary>
public sealed record ServiceAccountTokenOptions
{
    /// <summary>The keys of <c>--service-account-key-file</c>, in order.</summary>
    public ImmutableArray<VerificationKey> Keys { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The issuers of <c>--service-account-issuer</c>: the first issues, all are accepted.</summary>
    public ImmutableArray<string> Issuers { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The server's own audiences: <c>--api-audiences</c>, or all issuers without that flag.</summary>
    public ImmutableArray<string> ApiAudiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><c>--service-account-lookup</c>: whether a legacy token is compared with its secret.</summary>
    public bool Lookup { get; init; } = true;
}

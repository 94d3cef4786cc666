using System.Collections.Immutable;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// The <c>--oidc-*</c> flags of kube-apiserver (upstream: <c>OIDCAuthenticationOptions</c> of
/// <c>pkg/kubeapiserver/options/authentication.go</c>); null means that a flag was not given.
/// </summary>
public sealed record OidcFlags
{
    /// <summary><c>--oidc-issuer-url</c>.</summary>
    public string? IssuerUrl { get; init; }

    /// <summary><c>--oidc-client-id</c>: the audience.</summary>
    public string? ClientId { get; init; }

    /// <summary>The content of <c>--oidc-ca-file</c>.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary><c>--oidc-username-claim</c>; <c>sub</c> when not given.</summary>
    public string? UsernameClaim { get; init; }

    /// <summary><c>--oidc-username-prefix</c>; <c>-</c> is none.</summary>
    public string? UsernamePrefix { get; init; }

    /// <summary><c>--oidc-groups-claim</c>.</summary>
    public string? GroupsClaim { get; init; }

    /// <summary><c>--oidc-groups-prefix</c>.</summary>
    public string? GroupsPrefix { get; init; }

    /// <summary><c>--oidc-signing-algs</c>; <c>RS256</c> when not given.</summary>
    public ImmutableArray<string> SigningAlgorithms { get; init; }

    /// <summary><c>--oidc-required-claim</c>, each as <c>claim=value</c>; of two for one claim the later counts.</summary>
    public ImmutableArray<string> RequiredClaims { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>True when any flag was given.</summary>
    public bool AreConfigured =>
        (IssuerUrl ?? ClientId ?? CertificateAuthority ?? UsernameClaim ?? UsernamePrefix ?? GroupsClaim ?? GroupsPrefix) is not null
        || !SigningAlgorithms.IsDefault || !RequiredClaims.IsEmpty;

    /// <summary>The algorithms a token may be signed with.</summary>
    public ImmutableArray<string> AllowedAlgorithms => SigningAlgorithms.IsDefaultOrEmpty ? ["RS256"] : SigningAlgorithms;

    /// <summary>
    /// The configuration the flags stand for; one without issuers when no flag was given. Validated like one from a file.
    /// </summary>
    /// <param name="hasFile">True when <c>--authentication-config</c> was given too.</param>
    /// <param name="disallowedIssuers">The server's own service account issuers.</param>
    /// <exception cref="AuthenticationConfigurationException">The server would not start with these flags.</exception>
    public AuthenticationConfiguration ToConfiguration(bool hasFile, IReadOnlyCollection<string> disallowedIssuers)
    {
        if (AreConfigured && hasFile)
        {
            throw new AuthenticationConfigurationException("authentication-config file and oidc-* flags are mutually exclusive");
        }

        if (!AreConfigured)
        {
            return new AuthenticationConfiguration();
        }

        if (string.IsNullOrEmpty(IssuerUrl) || string.IsNullOrEmpty(ClientId))
        {
            throw new AuthenticationConfigurationException(
                "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set");
        }

        var configuration = new AuthenticationConfiguration { Jwt = [ToAuthenticator(IssuerUrl, ClientId)] };
        AuthenticationConfigurationValidation.Check(configuration, disallowedIssuers);
        return configuration;
    }

    private JwtAuthenticator ToAuthenticator(string issuerUrl, string clientId) => new()
    {
        Issuer = new Issuer { Url = issuerUrl, Audiences = [clientId], CertificateAuthority = CertificateAuthority ?? "" },
        ClaimValidationRules = [.. Required().Select(r => new ClaimValidationRule { Claim = r.Key, RequiredValue = r.Value })],
        ClaimMappings = new ClaimMappings
        {
            Username = new PrefixedClaimOrExpression { Claim = UsernameClaim ?? "sub", Prefix = Prefix(issuerUrl) },
            Groups = string.IsNullOrEmpty(GroupsClaim)
                ? new PrefixedClaimOrExpression()
                : new PrefixedClaimOrExpression { Claim = GroupsClaim, Prefix = GroupsPrefix ?? "" },
        },
    };

    private string Prefix(string issuerUrl) => UsernamePrefix switch
    {
        "-" => "",
        null or "" => UsernameClaim == "email" ? "" : issuerUrl + "#",
        var prefix => prefix,
    };

    /// <summary>Flags hold a map: claims in the order of their names (upstream: <c>cliflag.ConfigurationMap</c>).</summary>
    private SortedDictionary<string, string> Required()
    {
        var claims = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in RequiredClaims)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new AuthenticationConfigurationException("malformed pair, expect string=string");
            }

            claims[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }

        return claims;
    }
}

using System.Collections.Immutable;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Authenticates the ID tokens of one issuer (upstream: <c>jwtAuthenticator</c> of
/// <c>k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go</c>).
/// </summary>
internal sealed class OidcTokenAuthenticator(
    JwtAuthenticator configuration, IdTokenVerifier verifier, Provider provider, ClaimResolver? resolver) : ITokenAuthenticator
{
    private const string CredentialId = "authentication.kubernetes.io/credential-id";

    public string Name => $"jwt {configuration.Issuer.Url}";

    /// <summary>Why the issuer's tokens cannot be checked yet; null when they can (upstream: <c>HealthCheck</c>).</summary>
    public string? HealthError => provider.Error is { } error
        ? $"oidc: authenticator for issuer {GoText.Quote(configuration.Issuer.Url)} is not healthy: {error}"
        : null;

    public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        if (UntrustedIssuer.Of(token) != configuration.Issuer.Url)
        {
            return AuthenticationResult.NoOpinion;
        }

        if (await provider.KeysAsync(cancellationToken).ConfigureAwait(false) is not { } keys)
        {
            return AuthenticationResult.Failed("oidc: authenticator not initialized");
        }

        var (claims, error) = await verifier.VerifyAsync(token, keys, cancellationToken).ConfigureAwait(false);
        if (claims is null)
        {
            return AuthenticationResult.Failed($"oidc: verify token: {error}");
        }

        if (resolver is null)
        {
            return ToUser(claims);
        }

        var (expanded, problem) = await resolver.ExpandAsync(claims, cancellationToken).ConfigureAwait(false);
        return expanded is null
            ? AuthenticationResult.Failed($"oidc: could not expand distributed claims: {problem}")
            : ToUser(expanded);
    }

    private AuthenticationResult ToUser(Claims claims)
    {
        var (name, error) = UserName(claims);
        var groups = ImmutableArray<string>.Empty;
        var uid = "";
        if (error is null)
        {
            (groups, error) = Groups(claims);
        }

        if (error is null)
        {
            (uid, error) = Uid(claims);
        }

        error ??= RequiredClaimError(claims);
        return error is not null
            ? AuthenticationResult.Failed(error)
            : AuthenticationResult.Of(new UserInfo { Name = name, Uid = uid, Groups = groups, Extra = Extra(claims) });
    }

    private (string Name, string? Error) UserName(Claims claims)
    {
        var mapping = configuration.ClaimMappings.Username;
        var (name, error) = claims.Text(mapping.Claim);
        if (error is not null)
        {
            return ("", $"oidc: parse username claims {GoText.Quote(mapping.Claim)}: {error}");
        }

        if (mapping.Claim == "email" && claims.Has("email_verified"))
        {
            var (isVerified, problem) = claims.Flag("email_verified");
            if (!isVerified)
            {
                return ("", problem is null ? "oidc: email not verified" : $"oidc: parse 'email_verified' claim: {problem}");
            }
        }

        return (mapping.Prefix + name, null);
    }

    private (ImmutableArray<string> Groups, string? Error) Groups(Claims claims)
    {
        var mapping = configuration.ClaimMappings.Groups;
        if (mapping.Claim.Length == 0 || !claims.Has(mapping.Claim))
        {
            return ([], null);
        }

        var (groups, error) = claims.Texts(mapping.Claim);
        return error is null
            ? ([.. groups.Select(g => mapping.Prefix + g)], null)
            : ([], $"oidc: parse groups claim {GoText.Quote(mapping.Claim)}: {error}");
    }

    private (string Uid, string? Error) Uid(Claims claims)
    {
        var claim = configuration.ClaimMappings.Uid.Claim;
        if (claim.Length == 0)
        {
            return ("", null);
        }

        var (uid, error) = claims.Text(claim);
        return (uid, error is null ? null : $"oidc: parse uid claim {GoText.Quote(claim)}: {error}");
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Extra(Claims claims)
    {
        var (id, error) = claims.Text("jti");
        return error is null && id.Length > 0 ? UserInfo.NoExtra.Add(CredentialId, [$"JTI={id}"]) : UserInfo.NoExtra;
    }

    private string? RequiredClaimError(Claims claims)
    {
        foreach (var rule in configuration.ClaimValidationRules)
        {
            if (!claims.Has(rule.Claim))
            {
                return $"oidc: required claim {rule.Claim} not present in ID token";
            }

            var (value, error) = claims.Text(rule.Claim);
            if (error is not null)
            {
                return $"oidc: parse claim {rule.Claim}: {error}";
            }

            if (value != rule.RequiredValue)
            {
                return $"oidc: required claim {rule.Claim} value does not match. Got = {value}, want = {rule.RequiredValue}";
            }
        }

        return null;
    }
}

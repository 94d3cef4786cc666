using System.Collections.Concurrent;
using System.Collections.Immutable;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Fetches a claim that a token says is elsewhere (upstream: <c>claimResolver</c> of
/// <c>plugin/pkg/authenticator/token/oidc/oidc.go</c>; OpenID Connect Core 1.0, 5.6.2).
/// </summary>
/// <param name="claim">The claim that may be elsewhere.</param>
/// <param name="audiences">The audiences of the token that holds it.</param>
/// <param name="algorithms">The algorithms it may be signed with.</param>
/// <param name="http">Asks the servers.</param>
/// <param name="time">The clock.</param>
/// <param name="providerOf">Finds the keys of an issuer.</param>
internal sealed class ClaimResolver(
    string claim, ImmutableArray<string> audiences, ImmutableArray<string> algorithms, IssuerHttp http, TimeProvider time,
    Func<string, Provider> providerOf)
{
    private readonly ConcurrentDictionary<string, Provider> _providers = new(StringComparer.Ordinal);

    /// <summary>The claims with the one that was elsewhere; as they are when it is not.</summary>
    public async ValueTask<(Claims? Claims, string? Error)> ExpandAsync(Claims claims, CancellationToken cancellationToken)
    {
        if (claims.Has(claim) || !claims.TryGet("_claim_names", out var names)
            || !claims.TryGet("_claim_sources", out var sources))
        {
            return claims.Has(claim) || !claims.Has("_claim_names") ? (claims, null) : (null, "oidc: no claim sources");
        }

        // Both were read as maps when the token was verified.
        if (Last(names, claim) is not { IsString: true } source)
        {
            return (claims, null);
        }

        if (Last(sources, source.Text()) is not { } endpoint)
        {
            return (null, $"id token _claim_names contained a source {source.Text()} missing in _claims_sources");
        }

        var fields = new GoJsonFields("endpoint");
        var (url, bearer) = ("", "");
        foreach (var member in fields.Read(endpoint, "endpoint", "access_token"))
        {
            (url, bearer) = member.Name == "endpoint" ? (fields.Text(member, url), bearer) : (url, fields.Text(member, bearer));
        }

        // Without an endpoint the claim may be aggregated, which is not supported upstream either.
        return url.Length == 0
            ? (claims, null)
            : await ResolveAsync(claims, url, bearer, cancellationToken).ConfigureAwait(false);
    }

    private static JsonValue? Last(JsonValue map, string name)
    {
        var found = map.IsObject ? map.Members().FindLast(m => m.Name == name) : default;
        return found.Name is null ? null : found.Value;
    }

    private async ValueTask<(Claims? Claims, string? Error)> ResolveAsync(
        Claims claims, string url, string bearer, CancellationToken cancellationToken)
    {
        var (answer, error) = await http.GetAsync(url, bearer).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer is null || answer.StatusCode is < 200 or > 226)
        {
            return (null, $"while getting distributed claim {GoText.Quote(claim)}: "
                + (answer is null ? error : $"error while getting distributed claim JWT: {answer.Status}"));
        }

        var token = answer.BodyText;
        if (UntrustedIssuer.Of(token) is not { } issuer)
        {
            return (null, $"getting untrusted issuer from endpoint {url} failed for claim {GoText.Quote(claim)}: malformed token");
        }

        var keys = await _providers.GetOrAdd(issuer, providerOf).KeysAsync(cancellationToken).ConfigureAwait(false);
        if (keys is null)
        {
            return (null, $"verifying untrusted issuer {issuer} failed: verifier not initialized for issuer: {GoText.Quote(issuer)}");
        }

        var verifier = new IdTokenVerifier(issuer, audiences, algorithms, time);
        var (distributed, wrong) = await verifier.VerifyAsync(token, keys, cancellationToken).ConfigureAwait(false);
        if (distributed is null)
        {
            return (null, $"verify distributed claim token: {wrong}");
        }

        return distributed.TryGet(claim, out var value)
            ? (claims.With(claim, value), null)
            : (null, $"jwt returned by distributed claim endpoint {GoText.Quote(url)} did not contain claim: {claim}");
    }
}

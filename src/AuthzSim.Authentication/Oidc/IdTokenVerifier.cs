using System.Collections.Immutable;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Checks the ID tokens of one issuer, in upstream's order and words (upstream: <c>go-oidc</c> v2
/// <c>IDTokenVerifier.Verify</c> and the <c>idTokenVerifier</c> around it).
/// </summary>
internal sealed class IdTokenVerifier(
    string issuer, ImmutableArray<string> audiences, ImmutableArray<string> algorithms, TimeProvider time)
{
    private const int NotBeforeLeeway = 60;

    /// <summary>The token's claims, or what is wrong with it.</summary>
    public async ValueTask<(Claims? Claims, string? Error)> VerifyAsync(
        string token, IKeySet keys, CancellationToken cancellationToken)
    {
        if (!JsonWebSignature.TryParse(token, out var signature))
        {
            return (null, $"oidc: malformed jwt: {Malformed(token)}");
        }

        var payload = signature.UnsafePayloadWithoutVerification;
        var (read, error) = IdToken.Read(payload);
        error ??= IssuerError(read!.Issuer) ?? SingleAudienceError(read.Audience) ?? TimeError(read) ?? AlgorithmError(
            signature.Algorithm);
        if (error is not null)
        {
            return (null, error);
        }

        if (await keys.VerifyAsync(signature, cancellationToken).ConfigureAwait(false) is { } wrong)
        {
            return (null, $"failed to verify signature: {wrong}");
        }

        return AudienceError(read!.Audience) is { } mismatch ? (null, mismatch) : (read.Claims, null);
    }

    private static string Malformed(string token)
    {
        var parts = string.Concat(token.Where(c => !char.IsWhiteSpace(c))).Split('.');
        if (parts.Length != 3)
        {
            return "go-jose/go-jose: compact JWS format must have three parts";
        }

        foreach (var part in parts)
        {
            if (!Base64UrlText.TryDecode(part, out _))
            {
                var bad = part.AsSpan().IndexOfAnyExcept(_base64);
                return $"illegal base64 data at input byte {(bad < 0 ? part.Length - 1 : bad)}";
            }
        }

        return "go-jose/go-jose: the header is not that of a JWS";
    }

    private static readonly System.Buffers.SearchValues<char> _base64 =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private string? IssuerError(string found) => UntrustedIssuer.Normalize(found, issuer) == issuer
        ? null
        : $"oidc: id token issued by a different provider, expected {GoText.Quote(issuer)} got {GoText.Quote(found)}";

    private string? SingleAudienceError(List<string> found) => audiences.Length > 1 || found.Contains(audiences[0])
        ? null
        : $"oidc: expected audience {GoText.Quote(audiences[0])} got {GoText.QuoteList([.. found])}";

    private string? AudienceError(List<string> found) => audiences.Any(found.Contains)
        ? null
        : $"oidc: expected audience in {GoText.QuoteList(Sorted(audiences))} got {GoText.QuoteList([.. found])}";

    private string? TimeError(IdToken token)
    {
        var now = GoTime.Of(time.GetUtcNow());
        return token.Expiry.IsBefore(now) ? $"oidc: token is expired (Token Expiry: {token.Expiry})"
            : token.NotBefore is { } notBefore && now.Plus(NotBeforeLeeway).IsBefore(notBefore)
                ? $"oidc: current time {now} before the nbf (not before) time: {notBefore}"
                : null;
    }

    private string? AlgorithmError(string found) => algorithms.Contains(found)
        ? null
        : $"oidc: id token signed with unsupported algorithm, expected {GoText.QuoteList(algorithms.AsSpan())} got {GoText.Quote(found)}";

    private static string[] Sorted(ImmutableArray<string> texts) =>
        [.. texts.Order(Comparer<string>.Create(GoText.CompareBytes))];
}

/// <summary>Who a token says it is from, before anything of it may be trusted.</summary>
internal static class UntrustedIssuer
{
    private const string Google = "https://accounts.google.com";

    /// <summary>The issuer, or null when the token is no JWT (upstream: <c>untrustedIssuer</c> of <c>oidc.go</c>).</summary>
    public static string? Of(string token) =>
        UnverifiedIssuer.Peek(token) is { } issuer ? Normalize(issuer, Google) : null;

    /// <summary>Google leaves the scheme out now and then, and alone may do so.</summary>
    public static string Normalize(string found, string expected) =>
        found == "accounts.google.com" && expected == Google ? Google : found;
}

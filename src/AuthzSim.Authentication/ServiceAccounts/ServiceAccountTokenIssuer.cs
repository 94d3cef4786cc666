using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>
/// Signs tokens for service accounts, byte for byte as the server and its controllers write them but for the randomness of
/// ECDSA (upstream: <c>pkg/serviceaccount</c>, <c>pkg/registry/core/serviceaccount/storage/token.go</c>). Safe to share between
/// threads.
/// </summary>
public sealed class ServiceAccountTokenIssuer
{
    // What kubelet asks for, and what an older client that never reads the token again is given instead.
    private const long WarnOnlyExpirationSeconds = 3607;
    private const long ExtendedExpirationSeconds = 365 * 24 * 60 * 60;

    private readonly string _issuer;
    private readonly SigningKey _key;
    private readonly TimeProvider _clock;
    private readonly Func<string> _newTokenId;

    /// <summary>Makes an issuer whose token ids are random.</summary>
    /// <param name="issuer">The issuer in the tokens: the first of <c>--service-account-issuer</c>.</param>
    /// <param name="key">The key of <c>--service-account-signing-key-file</c>.</param>
    /// <param name="clock">Tells the time.</param>
    public ServiceAccountTokenIssuer(string issuer, SigningKey key, TimeProvider clock)
        : this(issuer, key, clock, () => Guid.NewGuid().ToString())
    {
    }

    /// <summary>Makes an issuer.</summary>
    /// <param name="issuer">The issuer in the tokens: the first of <c>--service-account-issuer</c>.</param>
    /// <param name="key">The key of <c>--service-account-signing-key-file</c>.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="newTokenId">Makes the <c>jti</c> of the next token.</param>
    public ServiceAccountTokenIssuer(string issuer, SigningKey key, TimeProvider clock, Func<string> newTokenId)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(newTokenId);
        (_issuer, _key, _clock, _newTokenId) = (issuer, key, clock, newTokenId);
        ApiAudiences = [issuer];
    }

    /// <summary>The server's own audiences; the issuer unless set.</summary>
    public ImmutableArray<string> ApiAudiences { get; init => field = value.IsDefault ? [] : value; }

    /// <summary>
    /// <c>--service-account-extend-token-expiration</c>: whether a pod's token of exactly 3607 seconds for the server itself is
    /// good for a year, with a warning after its time.
    /// </summary>
    public bool ExtendExpiration { get; init; } = true;

    /// <summary>Signs a token that ends and may be bound to an object. The request is not validated.</summary>
    /// <param name="account">Whose token it is.</param>
    /// <param name="request">What token it shall be.</param>
    public string Issue(ServiceAccount account, ServiceAccountTokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(request);
        var audiences = request.Audiences.IsEmpty ? ApiAudiences : request.Audiences;
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var isExtended = ExtendExpiration && request.Pod is not null
            && request.ExpirationSeconds == WarnOnlyExpirationSeconds
            && audiences.All(a => ApiAudiences.Contains(a, StringComparer.Ordinal));
        var claims = new GoJsonObject();
        if (!audiences.IsEmpty)
        {
            claims.Json("aud", GoJson.Strings(audiences));
        }

        claims.Json("exp", Number(now + (isExtended ? ExtendedExpirationSeconds : request.ExpirationSeconds)))
            .Json("iat", Number(now))
            .Text("iss", _issuer)
            .Text("jti", _newTokenId())
            .Json(BoundClaims.ClaimName, Own(account, request, isExtended ? now + WarnOnlyExpirationSeconds : null))
            .Json("nbf", Number(now))
            .Text("sub", ServiceAccountNames.MakeUserName(account.Namespace, account.Name));
        return Sign(claims);
    }

    /// <summary>Signs the token that lives in a secret; it never ends.</summary>
    /// <param name="account">Whose token it is.</param>
    /// <param name="secretName">The name of the secret.</param>
    public string IssueLegacy(ServiceAccount account, string secretName)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(secretName);
        return Sign(new GoJsonObject()
            .Text("iss", ServiceAccountAuthenticators.LegacyIssuer)
            .Text(LegacyClaims.NamespaceName, account.Namespace, omitEmpty: false)
            .Text(LegacyClaims.SecretNameName, secretName, omitEmpty: false)
            .Text(LegacyClaims.ServiceAccountNameName, account.Name, omitEmpty: false)
            .Text(LegacyClaims.ServiceAccountUidName, account.Uid, omitEmpty: false)
            .Text("sub", ServiceAccountNames.MakeUserName(account.Namespace, account.Name)));
    }

    private static string Own(ServiceAccount account, ServiceAccountTokenRequest request, long? warnAfter)
    {
        var own = new GoJsonObject().Text("namespace", account.Namespace);
        AddReference(own, "node", request.Node);
        AddReference(own, "pod", request.Pod);
        AddReference(own, "secret", request.Secret);
        AddReference(own, "serviceaccount", account);
        return (warnAfter is null ? own : own.Json("warnafter", Number(warnAfter.Value))).ToString();
    }

    private static void AddReference(GoJsonObject own, string name, ClusterObject? item)
    {
        if (item is not null)
        {
            own.Json(name, new GoJsonObject().Text("name", item.Name).Text("uid", item.Uid).ToString());
        }
    }

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string Sign(GoJsonObject claims)
    {
        var header = new GoJsonObject().Text("alg", _key.Algorithm).Text("kid", _key.PublicKey.KeyId);
        var text = Base64UrlText.Encode(header.ToString()) + "." + Base64UrlText.Encode(claims.ToString());
        return text + "." + Base64UrlText.Encode(_key.Sign(Encoding.ASCII.GetBytes(text)));
    }
}

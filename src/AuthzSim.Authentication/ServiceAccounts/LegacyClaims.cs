using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>
/// The claims of a token in a secret (upstream: <c>legacyPrivateClaims</c> in <c>pkg/serviceaccount/legacy.go</c>).
/// </summary>
internal sealed record LegacyClaims
{
    public const string NamespaceName = Prefix + "namespace";
    public const string SecretNameName = Prefix + "secret.name";
    public const string ServiceAccountNameName = Prefix + "service-account.name";
    public const string ServiceAccountUidName = Prefix + "service-account.uid";

    private const string Prefix = "kubernetes.io/serviceaccount/";

    public string Namespace { get; private init; } = "";

    public string SecretName { get; private init; } = "";

    public string ServiceAccountName { get; private init; } = "";

    public string ServiceAccountUid { get; private init; } = "";

    public static LegacyClaims Read(JsonValue payload, GoJoseDecoder decoder)
    {
        var claims = new LegacyClaims();
        foreach (var (name, value) in decoder.Fields(payload, "serviceaccount.legacyPrivateClaims"))
        {
            claims = name switch
            {
                NamespaceName => claims with { Namespace = decoder.Text(value) },
                SecretNameName => claims with { SecretName = decoder.Text(value) },
                ServiceAccountNameName => claims with { ServiceAccountName = decoder.Text(value) },
                ServiceAccountUidName => claims with { ServiceAccountUid = decoder.Text(value) },
                _ => claims,
            };
        }

        return claims;
    }
}

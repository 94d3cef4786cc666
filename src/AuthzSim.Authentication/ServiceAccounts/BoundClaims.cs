using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>
/// The claim <c>kubernetes.io</c> of a bound token (upstream: <c>privateClaims</c> in <c>pkg/serviceaccount/claims.go</c>).
/// </summary>
internal sealed record BoundClaims
{
    public const string ClaimName = "kubernetes.io";

    private static readonly ObjectReference _nothing = new("", "");

    public string Namespace { get; private init; } = "";

    public ObjectReference ServiceAccount { get; private init; } = _nothing;

    public ObjectReference? Pod { get; private init; }

    public ObjectReference? Secret { get; private init; }

    public ObjectReference? Node { get; private init; }

    /// <summary>Seconds since 1970 after which the token should have been renewed.</summary>
    public long? WarnAfter { get; private init; }

    public static BoundClaims Read(JsonValue payload, GoJoseDecoder decoder)
    {
        var claims = new BoundClaims();
        foreach (var (name, value) in decoder.Fields(payload, "serviceaccount.privateClaims"))
        {
            claims = name == ClaimName ? ReadOwn(value, decoder) : claims;
        }

        return claims;
    }

    private static BoundClaims ReadOwn(JsonValue own, GoJoseDecoder decoder)
    {
        var claims = new BoundClaims();
        foreach (var (name, value) in decoder.Fields(own, "serviceaccount.kubernetes"))
        {
            claims = name switch
            {
                "namespace" => claims with { Namespace = decoder.Text(value) },
                "serviceaccount" => claims with { ServiceAccount = Reference(value, decoder) ?? _nothing },
                "pod" => claims with { Pod = Reference(value, decoder) },
                "secret" => claims with { Secret = Reference(value, decoder) },
                "node" => claims with { Node = Reference(value, decoder) },
                "warnafter" => claims with { WarnAfter = decoder.NumericDate(value) },
                _ => claims,
            };
        }

        return claims;
    }

    private static ObjectReference? Reference(JsonValue reference, GoJoseDecoder decoder)
    {
        if (reference.IsNull)
        {
            return null;
        }

        var result = _nothing;
        foreach (var (name, value) in decoder.Fields(reference, "serviceaccount.ref"))
        {
            result = name switch
            {
                "name" => result with { Name = decoder.Text(value) },
                "uid" => result with { Uid = decoder.Text(value) },
                _ => result,
            };
        }

        return result;
    }
}

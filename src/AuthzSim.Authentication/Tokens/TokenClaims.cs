namespace AuthzSim.Authentication.Tokens;

/// <summary>The registered claims of a token (upstream: <c>go-jose.v2/jwt/claims.go</c> <c>Claims</c>).</summary>
internal sealed record TokenClaims
{
    public string Issuer { get; private init; } = "";

    public string Subject { get; private init; } = "";

    public IReadOnlyList<string> Audience { get; private init; } = [];

    public long? Expiry { get; private init; }

    public long? NotBefore { get; private init; }

    public long? IssuedAt { get; private init; }

    public string Id { get; private init; } = "";

    /// <summary>Reads the claims; the decoder tells the error.</summary>
    public static TokenClaims Read(JsonValue payload, GoJoseDecoder decoder)
    {
        var claims = new TokenClaims();
        foreach (var (name, value) in decoder.Fields(payload, "jwt.Claims"))
        {
            claims = name switch
            {
                "iss" => claims with { Issuer = decoder.Text(value) },
                "sub" => claims with { Subject = decoder.Text(value) },
                "aud" => claims with { Audience = decoder.Audience(value) },
                "exp" => claims with { Expiry = decoder.NumericDate(value) },
                "nbf" => claims with { NotBefore = decoder.NumericDate(value) },
                "iat" => claims with { IssuedAt = decoder.NumericDate(value) },
                "jti" => claims with { Id = decoder.Text(value) },
                _ => claims,
            };
        }

        return claims;
    }
}

using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>The checks of one kind of token (upstream: <c>pkg/serviceaccount/jwt.go</c> <c>Validator</c>).</summary>
/// <typeparam name="TClaims">The claims of that kind.</typeparam>
internal interface IClaimsValidator<TClaims>
{
    /// <summary>Reads the claims of the kind; the decoder tells the error.</summary>
    TClaims Read(JsonValue payload, GoJoseDecoder decoder);

    /// <summary>Checks the claims of a token whose signature and issuer are right.</summary>
    AuthenticationResult Validate(string token, TokenClaims claims, TClaims own);
}

using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;

namespace AuthzSim.Authentication.Tests.Oidc;

public sealed class JwtAuthenticatorsTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    public async Task Each_algorithm_makes_the_user(string algorithm)
    {
        var result = await Idp.AskAsync(Idp.Token(algorithm: algorithm));
        Assert.Null(result.Error);
        Assert.Equal("u:jane", result.User!.Name);
        Assert.Equal(["g:a", "g:b"], result.User.Groups);
        Assert.Equal("JTI=id", Assert.Single(result.User.Extra["authentication.kubernetes.io/credential-id"]));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("EdDSA")]
    [InlineData("")]
    public async Task Other_algorithms_are_refused(string algorithm)
    {
        var result = await Idp.AskAsync(Idp.Sign(Idp.Claims().ToJsonString(), header: $$"""{"alg":"{{algorithm}}","kid":"e"}"""));
        Assert.Equal(
            "oidc: verify token: oidc: id token signed with unsupported algorithm, expected "
            + $"[\"ES256\" \"ES384\" \"ES512\" \"PS256\" \"PS384\" \"PS512\" \"RS256\" \"RS384\" \"RS512\"] got \"{algorithm}\"",
            result.Error);
    }

    [Theory]
    [InlineData("exp", "1800000000", null)]
    [InlineData("exp", "\"1800000000\"", null)]
    [InlineData("exp", "1799999999", "oidc: token is expired (Token Expiry: 2027-01-15 07:59:59 +0000 UTC)")]
    [InlineData("exp", "-99999999999", "oidc: token is expired (Token Expiry: -1199-02-15 14:13:21 +0000 UTC)")]
    [InlineData("exp", "true", "oidc: failed to unmarshal claims: json: cannot unmarshal bool into Go struct field idToken.exp of type json.Number")]
    [InlineData("exp", "null", "oidc: failed to unmarshal claims: strconv.ParseFloat: parsing \"\": invalid syntax")]
    [InlineData("exp", "\"soon\"", "oidc: failed to unmarshal claims: json: invalid number literal, trying to unmarshal \"\\\"soon\\\"\" into Number")]
    [InlineData("nbf", "1800000060", null)]
    [InlineData("nbf", "1800000061", "oidc: current time 2027-01-15 08:00:00 +0000 UTC before the nbf (not before) time: 2027-01-15 08:01:01 +0000 UTC")]
    [InlineData("nbf", "null", null)]
    [InlineData("aud", "5", "oidc: failed to unmarshal claims: json: cannot unmarshal number into Go struct field idToken.aud of type []string")]
    [InlineData("aud", "[\"kube\",5]", "oidc: failed to unmarshal claims: json: cannot unmarshal number into Go struct field idToken.aud of type string")]
    [InlineData("aud", "null", "oidc: expected audience \"kube\" got [\"\"]")]
    [InlineData("sub", "null", null)]
    [InlineData("nonce", "[]", "oidc: failed to unmarshal claims: json: cannot unmarshal array into Go struct field idToken.nonce of type string")]
    [InlineData("_claim_names", """{"x":"s"}""", "oidc: source does not exist")]
    [InlineData("_claim_names", """{"x":""}""", "oidc: failed to obtain source from claim name")]
    [InlineData("_claim_sources", """{"s":{"endpoint":1}}""", "oidc: failed to unmarshal claims: json: cannot unmarshal number into Go struct field claimSource._claim_sources.endpoint of type string")]
    public async Task The_standard_claims_are_checked(string claim, string json, string? error)
    {
        var result = await Idp.AskAsync(Idp.Token(Idp.Claims(c => c[claim] = JsonNode.Parse(json))));
        Assert.Equal(error is null ? null : "oidc: verify token: " + error, result.Error);
        Assert.Equal(error is null, result.IsAuthenticated);
    }

    [Theory]
    [InlineData("""{"email":"a@b","email_verified":null}""", "oidc: email not verified")]
    [InlineData("""{"email":"a@b","email_verified":"true"}""", "oidc: parse 'email_verified' claim: json: cannot unmarshal string into Go value of type bool")]
    [InlineData("""{"email":"a@b","email_verified":true}""", null)]
    [InlineData("""{"email":"a@b"}""", null)]
    [InlineData("{}", "oidc: parse username claims \"email\": claim not present")]
    public async Task An_email_must_not_be_unverified(string claims, string? error)
    {
        var configuration = Idp.Configuration with
        {
            Jwt = [Idp.Configuration.Jwt[0] with
            {
                ClaimMappings = new ClaimMappings { Username = new PrefixedClaimOrExpression { Claim = "email", Prefix = "" } },
            }],
        };
        var result = await Idp.AskAsync(
            Idp.Token(Idp.Claims(c =>
            {
                foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
                {
                    c[name] = value?.DeepClone();
                }
            })),
            configuration);
        Assert.Equal(error, result.Error);
    }

    [Fact]
    public async Task A_required_claim_must_have_its_value()
    {
        var configuration = Idp.Configuration with
        {
            Jwt = [Idp.Configuration.Jwt[0] with { ClaimValidationRules = [new ClaimValidationRule { Claim = "hd", RequiredValue = "corp" }] }],
        };
        var result = await Idp.AskAsync(Idp.Token(Idp.Claims(c => c["hd"] = "other")), configuration);
        Assert.Equal("oidc: required claim hd value does not match. Got = other, want = corp", result.Error);
    }

    [Theory]
    [InlineData("accounts.google.com", true)]
    [InlineData("https://accounts.google.com", true)]
    [InlineData("https://accounts.google.com/", false)]
    public async Task Google_may_leave_the_scheme_out(string issuer, bool isKnown)
    {
        var google = "https://accounts.google.com";
        var jwt = Idp.Configuration.Jwt[0];
        using var authenticators = Idp.Authenticators(
            new AuthenticationConfiguration { Jwt = [jwt with { Issuer = jwt.Issuer with { Url = google } }] },
            o => o with { LocalKeySets = o.LocalKeySets.Add(google, JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(Idp.Keys))) });
        var result = await authenticators.AuthenticateTokenAsync(
            Idp.Token(Idp.Claims(c => c["iss"] = issuer)), AuthenticationContext.Default, TestContext.Current.CancellationToken);
        Assert.Equal(isKnown, result.IsAuthenticated);
    }

    [Fact]
    public void Expressions_and_unknown_algorithms_are_refused_when_made()
    {
        var jwt = Idp.Configuration.Jwt[0];
        var rule = new UserValidationRule { Expression = "true" };
        Assert.Equal(
            "jwt[0].userValidationRules[0].expression: CEL expressions are not supported yet",
            Assert.Throws<AuthenticationConfigurationException>(
                () => Idp.Authenticators(new AuthenticationConfiguration { Jwt = [jwt with { UserValidationRules = [rule] }] })).Message);
        Assert.Equal(
            "oidc: unsupported signing alg: \"HS256\"",
            Assert.Throws<AuthenticationConfigurationException>(
                () => Idp.Authenticators(change: o => o with { SigningAlgorithms = ["HS256"] })).Message);
    }

    [Theory]
    [InlineData("""{"kty":"RSA","n":"AQAB"}""", "go-jose/go-jose: invalid RSA key, missing n/e values")]
    [InlineData("""{"kty":"XYZ"}""", "go-jose/go-jose: unknown json web key type 'XYZ'")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}""", "go-jose/go-jose: invalid EC public key, wrong length for x")]
    [InlineData("""{"kty":"EC","crv":"P-192","x":"AQ","y":"AQ"}""", "go-jose/go-jose: unsupported elliptic curve 'P-192'")]
    [InlineData("""{"kty":"oct"}""", "go-jose/go-jose: invalid OCT (symmetric) key, missing k value")]
    [InlineData("""{"kty":"RSA","kty":"RSA"}""", "json: duplicate key 'kty' in object")]
    public void One_wrong_key_spoils_the_set(string key, string error) => Assert.Equal(
        "oidc: failed to decode keys: " + error,
        Assert.Throws<AuthenticationConfigurationException>(
            () => JsonWebKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{key}}]}"""))).Message);

    [Theory]
    [InlineData("""{"keys":[{"kty":"oct","k":"AQ"},{"kty":"OKP","crv":"Ed25519","x":"AQ"},{"kty":"RSA","n":"AQ","e":"AQ"}]}""", 3)]
    [InlineData("""{"KEYS":[]}""", 0)]
    [InlineData("{}", 0)]
    public void Keys_that_check_nothing_are_read(string keys, int count) =>
        Assert.Equal(count, JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(keys)).Count);
}

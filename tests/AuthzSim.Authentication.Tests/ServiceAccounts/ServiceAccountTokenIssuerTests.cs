using System.Text;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Tests.ServiceAccounts;

/// <summary>Tokens are written as the server writes them, and are what the authenticators take.</summary>
public sealed class ServiceAccountTokenIssuerTests
{
    [Fact]
    public void Every_kind_of_key_signs_what_its_public_key_checks()
    {
        foreach (var (key, algorithm) in
            new[] { (SigningKeys.Rsa, "RS256"), (SigningKeys.RsaPkcs8, "RS256"), (SigningKeys.P384, "ES384"), (SigningKeys.P521, "ES512") })
        {
            var world = new TokenWorld(key);
            Assert.Equal(algorithm, key.Algorithm);
            Assert.True(world.AskBound(world.Bound()).IsAuthenticated);
            Assert.True(world.AskLegacy(world.LegacyToken).IsAuthenticated);
        }

        Assert.Equal(SigningKeys.Rsa.PublicKey.KeyId, SigningKeys.RsaPkcs8.PublicKey.KeyId);
    }

    [Fact]
    public void A_bound_token_is_written_as_the_server_writes_it()
    {
        var world = new TokenWorld(SigningKeys.Rsa);
        var request = new ServiceAccountTokenRequest { Pod = TokenWorld.Web, Node = TokenWorld.Node, ExpirationSeconds = 600 };
        var token = world.Bound(request);
        Assert.Equal($$"""{"alg":"RS256","kid":"{{world.Key.PublicKey.KeyId}}"}""", Part(token, 0));
        Assert.Equal(
            """{"aud":["https://issuer.test"],"exp":1777637400,"iat":1777636800,"iss":"https://issuer.test","jti":"3f1c","""
            + """
            "kubernetes.io":{"namespace":"shop","node":{"name":"n1","uid":"node-uid"},"pod":{"name":"web","uid":"pod-uid"},
            """
            + """
            "serviceaccount":{"name":"builder","uid":"sa-uid"}},"nbf":1777636800,"sub":"system:serviceaccount:shop:builder"}
            """,
            Part(token, 1));
        Assert.Equal(token, world.Bound(request));
    }

    [Fact]
    public void A_legacy_token_is_written_as_the_controller_writes_it() => Assert.Equal(
        """{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"shop","""
        + """
        "kubernetes.io/serviceaccount/secret.name":"builder-token","kubernetes.io/serviceaccount/service-account.name":"builder",
        """
        + """
        "kubernetes.io/serviceaccount/service-account.uid":"sa-uid","sub":"system:serviceaccount:shop:builder"}
        """,
        Part(new TokenWorld().LegacyToken, 1));

    [Fact]
    public void Only_a_pods_token_of_3607_seconds_for_the_server_is_extended()
    {
        var request = new ServiceAccountTokenRequest { Pod = TokenWorld.Web, ExpirationSeconds = 3607 };
        var world = new TokenWorld();
        Assert.Contains("\"warnafter\":1777640407}", Part(world.Bound(request), 1), StringComparison.Ordinal);
        foreach (var other in new[] { request with { Pod = null }, request with { ExpirationSeconds = 3600 }, request with { Audiences = ["x"] } })
        {
            Assert.DoesNotContain("warnafter", Part(world.Bound(other), 1), StringComparison.Ordinal);
        }

        var plain = new ServiceAccountTokenIssuer(TokenWorld.IssuerUrl, world.Key, world.Clock) { ExtendExpiration = false };
        Assert.DoesNotContain("warnafter", Part(plain.Issue(TokenWorld.Builder, request), 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(599, "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [InlineData(600, null)]
    [InlineData(4294967296, null)]
    [InlineData(4294967297, "spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    public void Durations_have_bounds(long seconds, string? error) =>
        Assert.Equal(error, new ServiceAccountTokenRequest { ExpirationSeconds = seconds }.Validate());

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void A_text_without_private_key_is_refused(string pem) => Assert.Equal(
        "data does not contain a valid RSA or ECDSA private key",
        Assert.Throws<KeyFormatException>(() => SigningKey.Parse(pem)).Message);

    [Fact]
    public void A_public_key_does_not_sign() => Assert.Throws<KeyFormatException>(() => SigningKey.Parse(SigningKeys.PublicPem));

    private static string Part(string token, int index) =>
        Base64UrlText.TryDecode(token.Split('.')[index], out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
}

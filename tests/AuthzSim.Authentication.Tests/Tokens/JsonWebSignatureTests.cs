using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Tests.Tokens;

/// <summary>A signature is right only for the key and the bytes it was made with, by the rules of go-jose.</summary>
public sealed class JsonWebSignatureTests
{
    private const string Payload = """{"iss":"https://issuer","sub":"ü"}""";

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public void An_rsa_key_checks_its_algorithms(string algorithm)
    {
        var token = SignedTokens.Sign(SignedTokens.Rsa, Header(algorithm), Payload, algorithm);
        Assert.Null(Verify(token, SignedTokens.Public(SignedTokens.Rsa)));
        using var other = RSA.Create(2048);
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(token, SignedTokens.Public(other)));
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(token, SignedTokens.Public(SignedTokens.P256)));
    }

    [Fact]
    public void An_ecdsa_key_checks_its_algorithms()
    {
        foreach (var (key, algorithm) in
            new[] { (SignedTokens.P256, "ES256"), (SignedTokens.P384, "ES384"), (SignedTokens.P521, "ES512") })
        {
            var token = SignedTokens.Sign(key, Header(algorithm), Payload, algorithm);
            Assert.Null(Verify(token, SignedTokens.Public(key)));
            Assert.Equal(JsonWebSignature.CryptoFailure, Verify(token, SignedTokens.Public(SignedTokens.Rsa)));
            using var other = ECDsa.Create(key.ExportParameters(false).Curve);
            Assert.Equal(JsonWebSignature.CryptoFailure, Verify(token, SignedTokens.Public(other)));
        }
    }

    [Fact]
    public void The_algorithm_chooses_hash_and_length_whatever_the_curve_is()
    {
        var token = SignedTokens.Join(Header("ES384"), Payload, data =>
        {
            var made = SignedTokens.P256.SignData(data, HashAlgorithmName.SHA384);
            return [.. new byte[16], .. made[..32], .. new byte[16], .. made[32..]];
        });
        Assert.Null(Verify(token, SignedTokens.Public(SignedTokens.P256)));
        var unpadded = SignedTokens.Sign(SignedTokens.P256, Header("ES384"), Payload, "ES384");
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(unpadded, SignedTokens.Public(SignedTokens.P256)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(32)]
    [InlineData(100)]
    public void A_pss_salt_may_have_any_length(int saltLength)
    {
        var token = SignedTokens.Join(Header("PS256"), Payload, data => PssSigner.Sign(SignedTokens.Rsa, data, saltLength));
        Assert.Null(Verify(token, SignedTokens.Public(SignedTokens.Rsa)));
        Assert.Equal(
            JsonWebSignature.CryptoFailure, Verify(Flip(token, token.Length - 9), SignedTokens.Public(SignedTokens.Rsa)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("EdDSA")]
    [InlineData("rs256")]
    [InlineData("")]
    public void No_other_algorithm_is_checked(string algorithm)
    {
        var key = SignedTokens.Public(SignedTokens.Rsa);
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(SignedTokens.Join(Header(algorithm), Payload, _ => []), key));
        var pem = SignedTokens.Rsa.ExportSubjectPublicKeyInfoPem();
        var confused =
            SignedTokens.Join(Header(algorithm), Payload, data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(pem), data));
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(confused, key));
        Assert.Equal(JsonWebSignature.CryptoFailure, Verify(confused, SignedTokens.Public(SignedTokens.P256)));
    }

    [Theory]
    [InlineData("""{"alg":"RS256","crit":["exp"],"exp":1}""", JsonWebSignature.CryptoFailure)]
    [InlineData("""{"alg":"RS256","crit":"exp"}""", "json: cannot unmarshal string into Go value of type []string")]
    [InlineData("""{"alg":"RS256","crit":[1]}""", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("""{"alg":"RS256","crit":[]}""", null)]
    [InlineData("""{"alg":"RS256","crit":null}""", null)]
    [InlineData("""{"alg":"RS256","crit":["b64"],"b64":true}""", null)]
    [InlineData("""{"alg":"RS256","crit":["b64"],"b64":false}""", JsonWebSignature.CryptoFailure)]
    [InlineData("""{"ALG":"RS256"}""", JsonWebSignature.CryptoFailure)]
    [InlineData("null", JsonWebSignature.CryptoFailure)]
    [InlineData("", JsonWebSignature.CryptoFailure)]
    public void Headers_that_are_read_decide_the_check(string header, string? error) => Assert.Equal(
        error, Verify(SignedTokens.Sign(SignedTokens.Rsa, header, Payload, "RS256"), SignedTokens.Public(SignedTokens.Rsa)));

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"alg":"RS256","alg":"RS256"}""")]
    [InlineData("""{"alg":1}""")]
    [InlineData("""{"alg":"RS256","kid":[]}""")]
    [InlineData("""{"alg":"RS256","nonce":{}}""")]
    [InlineData("""{"alg":"RS256","x":{"a":1,"a":2}}""")]
    [InlineData("""{"alg":"RS256","x5c":["AAAA"]}""")]
    [InlineData("""{"alg":"RS256","jwk":{"kty":"oct","k":"AAAA"}}""")]
    [InlineData("""{"alg":"RS256"} x""")]
    public void Headers_that_go_jose_does_not_read_make_no_token(string header) => Assert.False(
        JsonWebSignature.TryParse(SignedTokens.Sign(SignedTokens.Rsa, header, Payload, "RS256"), out _));

    [Fact]
    public void White_space_and_left_over_bits_do_not_count_but_padding_and_parts_do()
    {
        var key = SignedTokens.Public(SignedTokens.P256);
        var token = SignedTokens.Sign(SignedTokens.P256, Header("ES256"), Payload, "ES256");
        Assert.Null(Verify("\t" + token.Insert(5, " \u00a0\u2003").Insert(token.Length - 3, "\r\n"), key));
        Assert.False(JsonWebSignature.TryParse(token + "==", out _));
        Assert.False(JsonWebSignature.TryParse(token + ".", out _));
        Assert.False(JsonWebSignature.TryParse(token[..token.LastIndexOf('.')], out _));
        Assert.False(JsonWebSignature.TryParse(token + "+/", out _));

        // 64 bytes leave four bits of the last character unused.
        var loose = token[..^1] + (char)(token[^1] + 1);
        Assert.Null(Verify(loose, key));
    }

    private static string Header(string algorithm) => $$"""{"alg":"{{algorithm}}"}""";

    private static string Flip(string token, int index) =>
        token[..index] + (token[index] == 'A' ? 'B' : 'A') + token[(index + 1)..];

    private static string? Verify(string token, VerificationKey key)
    {
        Assert.True(JsonWebSignature.TryParse(token, out var signature));
        return signature.Verify(key);
    }
}

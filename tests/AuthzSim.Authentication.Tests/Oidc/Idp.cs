using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;

namespace AuthzSim.Authentication.Tests.Oidc;

/// <summary>An issuer that signs whatever the test says.</summary>
internal static class Idp
{
    public const string Url = "https://idp.example";
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly RSA _rsa = RSA.Create(2048);
    private static readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Keys { get; } = KeySet();

    public static AuthenticationConfiguration Configuration { get; } = new()
    {
        Jwt =
        [
            new JwtAuthenticator
            {
                Issuer = new Issuer { Url = Url, Audiences = ["kube"] },
                ClaimMappings = new ClaimMappings
                {
                    Username = new PrefixedClaimOrExpression { Claim = "sub", Prefix = "u:" },
                    Groups = new PrefixedClaimOrExpression { Claim = "groups", Prefix = "g:" },
                },
            },
        ],
    };

    public static JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Url,
            ["aud"] = "kube",
            ["sub"] = "jane",
            ["exp"] = Now.ToUnixTimeSeconds() + 60,
            ["groups"] = new JsonArray("a", "b"),
            ["jti"] = "id",
        };
        change?.Invoke(claims);
        return claims;
    }

    public static string Token(JsonObject? claims = null, string algorithm = "ES256") =>
        Sign((claims ?? Claims()).ToJsonString(), algorithm);

    public static string Sign(string payload, string algorithm = "ES256", string? header = null)
    {
        header ??= $$"""{"alg":"{{algorithm}}","kid":"{{(algorithm[0] == 'E' ? "e" : "r")}}"}""";
        var input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(payload));
        var data = Encoding.ASCII.GetBytes(input);
        var hash = algorithm[2..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        var signature = algorithm[0] == 'E'
            ? _ecdsa.SignData(data, hash)
            : _rsa.SignData(data, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return input + "." + Base64Url.EncodeToString(signature);
    }

    public static JwtAuthenticators Authenticators(
        AuthenticationConfiguration? configuration = null, Func<JwtAuthenticatorOptions, JwtAuthenticatorOptions>? change = null)
    {
        var options = new JwtAuthenticatorOptions
        {
            Time = new StoppedClock(Now),
            LocalKeySets = ImmutableDictionary<string, JsonWebKeySet>.Empty.Add(
                Url, JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(Keys))),
        };
        return JwtAuthenticators.Create(configuration ?? Configuration, change?.Invoke(options) ?? options);
    }

    public static async Task<AuthenticationResult> AskAsync(string token, AuthenticationConfiguration? configuration = null)
    {
        using var authenticators = Authenticators(configuration);
        return await authenticators.AuthenticateTokenAsync(
            token, AuthenticationContext.Default, TestContext.Current.CancellationToken);
    }

    private static string KeySet()
    {
        var (rsa, point) = (_rsa.ExportParameters(false), _ecdsa.ExportParameters(false).Q);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = "r", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                new JsonObject { ["kty"] = "EC", ["kid"] = "e", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) }),
        }.ToJsonString();
    }
}

internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// The keys of an issuer, read as go-jose reads them (upstream: <c>go-jose.v2</c> <c>JSONWebKeySet</c>): one key that is wrong
/// spoils the set. Immutable and safe to share between threads.
/// </summary>
public sealed class JsonWebKeySet
{
    private readonly ImmutableArray<JsonWebKey> _keys;

    private JsonWebKeySet(ImmutableArray<JsonWebKey> keys) => _keys = keys;

    /// <summary>How many keys there are, those that can check no signature included.</summary>
    public int Count => _keys.Length;

    internal static JsonWebKeySet Empty { get; } = new([]);

    /// <summary>Reads a key set.</summary>
    /// <param name="utf8Json">The JSON text.</param>
    /// <exception cref="AuthenticationConfigurationException">The text is no key set.</exception>
    public static JsonWebKeySet Parse(ReadOnlyMemory<byte> utf8Json)
    {
        var (set, error) = Read(utf8Json);
        return set ?? throw new AuthenticationConfigurationException($"oidc: failed to decode keys: {error}");
    }

    internal static (JsonWebKeySet? Set, string? Error) Read(ReadOnlyMemory<byte> utf8Json)
    {
        if (!JsonValue.TryParse(utf8Json, out var json))
        {
            return (null, "not JSON");
        }

        var fields = new GoJsonFields("jose.JSONWebKeySet");
        var keys = ImmutableArray.CreateBuilder<JsonWebKey>();
        foreach (var member in fields.Read(json, "keys"))
        {
            keys.Clear();
            if (!member.Value.IsArray)
            {
                fields.Mismatch(member, "[]jose.JSONWebKey", "JSONWebKeySet");
                continue;
            }

            foreach (var element in member.Value.Elements())
            {
                var (key, error) = JsonWebKey.Read(element);
                if (key is null)
                {
                    return (null, error);
                }

                keys.Add(key);
            }
        }

        return fields.Error is { } problem ? (null, problem) : (new JsonWebKeySet(keys.DrainToImmutable()), null);
    }

    /// <summary>True when a key of the token's id, or any when it names none, made the signature.</summary>
    internal bool Verifies(JsonWebSignature signature)
    {
        foreach (var key in _keys)
        {
            if ((signature.KeyId.Length == 0 || key.KeyId == signature.KeyId) && key.Key is { } verifier
                && signature.Verify(verifier) is null)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One key of a set (upstream: <c>go-jose.v2/jwk.go</c>).</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Key">
/// What checks signatures; null for a key that is well-formed but checks none: private, symmetric, Ed25519.
/// </param>
internal sealed record JsonWebKey(string KeyId, VerificationKey? Key)
{
    private static readonly string[] _numbers = ["k", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi"];

    public static (JsonWebKey? Key, string? Error) Read(JsonValue value)
    {
        var decoder = new GoJoseDecoder();
        var (texts, numbers) =
            (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, byte[]>(StringComparer.Ordinal));
        List<string> chain = [];
        string? wrong = null;
        foreach (var (name, member) in decoder.Fields(value, "jose.rawJSONWebKey"))
        {
            if (name == "x5c")
            {
                chain = decoder.Strings(member);
            }
            else if (name is "use" or "kty" or "kid" or "crv" or "alg" or "x5t" or "x5t#S256")
            {
                texts[name] = decoder.Text(member);
            }
            else if (_numbers.Contains(name, StringComparer.Ordinal) && !member.IsNull)
            {
                var text = decoder.Text(member);
                if (!Base64UrlText.TryDecode(text, out var bytes))
                {
                    wrong ??= "illegal base64 data in a key";
                }

                numbers[name] = bytes;
            }
        }

        wrong = decoder.Error ?? wrong;
        var (certified, chainError) = wrong is null ? JsonWebKeyCertificates.Read(chain, texts) : (null, null);
        if ((wrong ?? chainError) is { } error)
        {
            return (null, error);
        }

        var (key, keyError) = Make(texts, numbers);
        if (keyError is null && key is not null && certified is not null && key.KeyId != certified)
        {
            keyError = "go-jose/go-jose: invalid JWK, public keys in key and x5c fields to not match";
        }

        return keyError is null ? (new JsonWebKey(texts.GetValueOrDefault("kid", ""), key), null) : (null, keyError);
    }

    private static (VerificationKey? Key, string? Error) Make(Dictionary<string, string> texts, Dictionary<string, byte[]> numbers) =>
        texts.GetValueOrDefault("kty", "") switch
        {
            "EC" => Ec(texts.GetValueOrDefault("crv", ""), numbers),
            "RSA" when numbers.ContainsKey("d") =>
                (null, Missing(numbers, "invalid RSA private key, missing {0} value(s)", "n", "e", "p", "q")),
            "RSA" => Missing(numbers, "invalid RSA key, missing n/e values", "n", "e") is { } error
                ? (null, error)
                : (OrNull(() => VerificationKey.Of(new RSAParameters { Modulus = numbers["n"], Exponent = numbers["e"] })), null),
            "oct" => (null, Missing(numbers, "invalid OCT (symmetric) key, missing k value", "k")),
            "OKP" when texts.GetValueOrDefault("crv") == "Ed25519" && numbers.ContainsKey("x") => (null, null),
            "OKP" => (null, $"go-jose/go-jose: unknown curve {texts.GetValueOrDefault("crv", "")}'"),
            var other => (null, $"go-jose/go-jose: unknown json web key type '{other}'"),
        };

    private static (VerificationKey? Key, string? Error) Ec(string name, Dictionary<string, byte[]> numbers)
    {
        var (curve, length) = name switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => (default, 0),
        };
        if (length == 0)
        {
            return (null, $"go-jose/go-jose: unsupported elliptic curve '{name}'");
        }

        if (Missing(numbers, "invalid EC key, missing x/y values", "x", "y") is { } missing)
        {
            return (null, missing);
        }

        foreach (var coordinate in (string[])["x", "y"])
        {
            if (numbers[coordinate].Length != length)
            {
                return (null, $"go-jose/go-jose: invalid EC public key, wrong length for {coordinate}");
            }
        }

        var point = new ECParameters { Curve = curve, Q = new ECPoint { X = numbers["x"], Y = numbers["y"] } };
        var key = OrNull(() => VerificationKey.Of(point));
        return key is null
            ? (null, "go-jose/go-jose: invalid EC key, X/Y are not on declared curve")
            : (numbers.ContainsKey("d") ? null : key, null);
    }

    private static string? Missing(Dictionary<string, byte[]> numbers, string text, params ReadOnlySpan<string> names)
    {
        List<string> missing = [];
        foreach (var name in names)
        {
            if (!numbers.ContainsKey(name))
            {
                missing.Add(name.ToUpperInvariant());
            }
        }

        return missing.Count == 0
            ? null
            : "go-jose/go-jose: " + text.Replace("{0}", string.Join(", ", missing), StringComparison.Ordinal);
    }

    private static VerificationKey? OrNull(Func<VerificationKey> make)
    {
        try
        {
            return make();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

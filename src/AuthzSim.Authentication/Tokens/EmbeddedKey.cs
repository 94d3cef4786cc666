using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// A public key as JSON (RFC 7517), read as go-jose reads it (upstream: <c>go-jose.v2/jwk.go</c>). Keys that come inside a
/// token are read for their form only and never trusted.
/// </summary>
internal static class EmbeddedKey
{
    /// <summary>Whether the value is a public key; a private or symmetric one is not.</summary>
    public static bool IsValid(JsonValue value)
    {
        var decoder = new GoJoseDecoder();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, field) in decoder.Fields(value, "jose.rawJSONWebKey"))
        {
            if (name is "x5c")
            {
                decoder.Strings(field);
            }
            else if (name is "kty" or "crv" or "x" or "y" or "n" or "e" or "d" or "k" or "kid" or "alg" or "use")
            {
                texts[name] = decoder.Text(field);
            }
        }

        return decoder.Error is null && !texts.ContainsKey("d") && texts.GetValueOrDefault("kty") switch
        {
            "RSA" => Bytes(texts, "n") is { Length: > 0 } && Bytes(texts, "e") is { Length: > 0 } e && e.AsSpan().ContainsAnyExcept((byte)0),
            "OKP" => texts.GetValueOrDefault("crv") == "Ed25519" && Bytes(texts, "x") is not null,
            "EC" => IsPoint(texts),
            _ => false,
        };
    }

    private static byte[]? Bytes(Dictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text) && Base64UrlText.TryDecode(text, out var bytes) ? bytes : null;

    private static bool IsPoint(Dictionary<string, string> texts)
    {
        var curve = texts.GetValueOrDefault("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => default,
        };
        var (x, y) = (Bytes(texts, "x"), Bytes(texts, "y"));
        if (EcCurves.CoordinateLength(curve) is var length && (length == 0 || x?.Length != length || y?.Length != length))
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

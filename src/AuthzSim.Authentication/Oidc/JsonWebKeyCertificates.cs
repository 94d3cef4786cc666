using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// The certificates that a JSON web key comes with: they must be of that key, and of the thumbprints beside them.
/// </summary>
internal static class JsonWebKeyCertificates
{
    /// <summary>The id of the leaf's key, null without a chain or when the key is of another kind; or what is wrong.</summary>
    public static (string? KeyId, string? Error) Read(List<string> chain, Dictionary<string, string> texts)
    {
        byte[]? leaf = null;
        string? keyId = null;
        foreach (var text in chain)
        {
            var der = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, der, out var length))
            {
                return (null, "go-jose/go-jose: failed to unmarshal x5c field: illegal base64 data");
            }

            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
                if (leaf is null)
                {
                    leaf = der[..length];
                    keyId = KeyIdOf(certificate);
                }
            }
            catch (CryptographicException)
            {
                return (null, "go-jose/go-jose: failed to unmarshal x5c field: x509: malformed certificate");
            }
        }

        return (keyId, ThumbprintError(texts, "x5t", 20, leaf is null ? null : Sha1(leaf))
            ?? ThumbprintError(texts, "x5t#S256", SHA256.HashSizeInBytes, leaf is null ? null : SHA256.HashData(leaf)));
    }

    private static string? KeyIdOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return VerificationKey.Of(rsa.ExportParameters(false)).KeyId;
        }

        using var ecdsa = certificate.GetECDsaPublicKey();
        return ecdsa is null ? null : VerificationKey.Of(ecdsa.ExportParameters(false)).KeyId;
    }

    private static string? ThumbprintError(Dictionary<string, string> texts, string field, int size, byte[]? expected)
    {
        var text = texts.GetValueOrDefault(field, "");
        if (!Base64UrlText.TryDecode(text, out var bytes))
        {
            return $"go-jose/go-jose: invalid JWK, {field} header has invalid encoding";
        }

        if (bytes.Length == 2 * size)
        {
            var hex = System.Text.Encoding.Latin1.GetString(bytes);
            if (!hex.All(char.IsAsciiHexDigit))
            {
                return $"go-jose/go-jose: invalid JWK, unable to hex decode {field}";
            }

            bytes = Convert.FromHexString(hex);
        }

        if (bytes.Length > 0 && bytes.Length != size)
        {
            return $"go-jose/go-jose: invalid JWK, {field} header is of incorrect size";
        }

        return bytes.Length > 0 && expected is not null && !bytes.AsSpan().SequenceEqual(expected)
            ? $"go-jose/go-jose: invalid JWK, x5c thumbprint does not match {field} value"
            : null;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "x5t is a SHA-1 by definition; nothing is trusted for it")]
    private static byte[] Sha1(byte[] data) => SHA1.HashData(data);
}

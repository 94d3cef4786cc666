using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Authentication.Tokens;

/// <summary>The protected header of a token (upstream: <c>go-jose.v2/shared.go</c>, <c>rawHeader.sanitized</c>).</summary>
internal sealed record JoseHeader
{
    /// <summary>Which key signed; empty when the header does not say.</summary>
    public string KeyId { get; private init; } = "";

    /// <summary>How it was signed; empty when the header does not say.</summary>
    public string Algorithm { get; private init; } = "";

    /// <summary>Whether the signed text has the payload in base64, which only <c>b64: false</c> changes.</summary>
    public bool IsPayloadEncoded { get; private init; } = true;

    /// <summary>False when <c>crit</c> names an extension that is not understood.</summary>
    public bool IsCriticalKnown { get; private init; } = true;

    /// <summary>What is wrong with a <c>crit</c> that is not a list of strings; null when nothing is.</summary>
    public string? CriticalError { get; private init; }

    /// <summary>Reads a header; null when it is not one. An empty one is read, and fails when verified.</summary>
    /// <param name="utf8">The JSON text.</param>
    public static JoseHeader? Read(byte[] utf8)
    {
        if (utf8.Length == 0)
        {
            return new JoseHeader();
        }

        var decoder = new GoJoseDecoder();
        var header = new JoseHeader();
        if (!JsonValue.TryParse(utf8, out var json))
        {
            return null;
        }

        foreach (var (name, value) in decoder.Fields(json, "jose.rawHeader"))
        {
            if (value.IsNull)
            {
                continue;
            }

            switch (name)
            {
                case "kid":
                    header = header with { KeyId = decoder.Text(value) };
                    break;
                case "alg":
                    header = header with { Algorithm = decoder.Text(value) };
                    break;
                case "nonce":
                    decoder.Text(value);
                    break;
                case "x5c":
                    if (!decoder.Strings(value).TrueForAll(IsCertificate))
                    {
                        return null;
                    }

                    break;
                case "jwk":
                    if (!EmbeddedKey.IsValid(value))
                    {
                        return null;
                    }

                    break;
                default:
                    if (value.FirstRepeatedName() is not null)
                    {
                        return null;
                    }

                    header = header.WithExtension(name, value);
                    break;
            }
        }

        return decoder.Error is null ? header : null;
    }

    private static bool IsCertificate(string base64)
    {
        var der = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, der, out var length))
        {
            return false;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.AsSpan(0, length));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private JoseHeader WithExtension(string name, JsonValue value)
    {
        if (name == "b64")
        {
            return this with { IsPayloadEncoded = !value.IsBoolean || value.IsTrue };
        }

        if (name != "crit")
        {
            return this;
        }

        var decoder = new GoJoseDecoder();
        var names = decoder.Strings(value);
        return this with { IsCriticalKnown = names.TrueForAll(n => n == "b64"), CriticalError = decoder.Error };
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Certificates;

/// <summary>The file that a client presents as its certificate.</summary>
public static class ClientCertificate
{
    /// <summary>
    /// Reads a client's certificates, leaf first: PEM as Go's <c>tls.X509KeyPair</c> takes it, or the bare DER of one or several.
    /// </summary>
    /// <param name="contents">The contents of the file.</param>
    /// <exception cref="CertificateFormatException">No certificate, or one that the server's parser refuses.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>> Read(ReadOnlySpan<byte> contents)
    {
        if (contents.StartsWith([DerTag.Sequence]))
        {
            return [.. Certificate.ParseAll(contents).Select(c => c.Raw)];
        }

        ImmutableArray<ReadOnlyMemory<byte>> chain =
            [.. PemBlock.ReadAll(contents).Where(b => b.IsCertificate).SelectMany(b => Certificate.ParseAll(b.Der)).Select(c => c.Raw)];
        return chain.IsEmpty
            ? throw new CertificateFormatException("tls: failed to find any PEM data in certificate input")
            : chain;
    }

    /// <summary>
    /// What is wrong with a client's private key, in the words of Go's <c>tls.X509KeyPair</c>; null when it belongs to the
    /// certificate, or when the certificate's key is of a kind that cannot be compared.
    /// </summary>
    /// <param name="leaf">The certificate as DER.</param>
    /// <param name="key">The contents of the key's file.</param>
    public static string? KeyError(ReadOnlyMemory<byte> leaf, ReadOnlySpan<byte> key)
    {
        var pem = Encoding.UTF8.GetString(key);
        if (!PemBlock.ReadAll(pem).Any(b => b.Label == "PRIVATE KEY" || b.Label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal)))
        {
            return "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input";
        }

        return Comparable(leaf.Span) is { } expected && PrivateKeyId(pem) != expected ? "tls: private key does not match public key" : null;
    }

    /// <summary>The id of the certificate's key; null for keys that sign no tokens.</summary>
    private static string? Comparable(ReadOnlySpan<byte> leaf)
    {
        try
        {
            return PublicKeyPem.Parse(PemEncoding.WriteString("CERTIFICATE", leaf))[0].KeyId;
        }
        catch (KeyFormatException)
        {
            return null;
        }
    }

    private static string? PrivateKeyId(string pem)
    {
        try
        {
            return SigningKey.Parse(pem).PublicKey.KeyId;
        }
        catch (KeyFormatException)
        {
            return null;
        }
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Authentication.Tokens;

/// <summary>Reads public keys from PEM (upstream: <c>client-go/util/keyutil/key.go</c> <c>ParsePublicKeysPEM</c>).</summary>
public static class PublicKeyPem
{
    /// <summary>
    /// The keys of all blocks that hold one: RSA private keys as PKCS#1 or PKCS#8, public keys as PKIX, X.509 certificates and
    /// EC private keys as SEC 1. What a block is called does not matter, and other blocks are skipped.
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <exception cref="KeyFormatException">There is no key.</exception>
    public static ImmutableArray<VerificationKey> Parse(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var keys = ImmutableArray.CreateBuilder<VerificationKey>();
        foreach (var block in PemBlock.ReadAll(pem))
        {
            if (Read(block.Der) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys.Count > 0
            ? keys.DrainToImmutable()
            : throw new KeyFormatException("data does not contain any valid RSA or ECDSA public keys");
    }

    private static VerificationKey? Read(byte[] der) =>
        Rsa(der, (RSA k, ReadOnlySpan<byte> d, out int n) => k.ImportRSAPrivateKey(d, out n))
        ?? Rsa(der, (RSA k, ReadOnlySpan<byte> d, out int n) => k.ImportPkcs8PrivateKey(d, out n))
        ?? Public(der)
        ?? Certificate(der)
        ?? Ec(der, (ECDsa k, ReadOnlySpan<byte> d, out int n) => k.ImportECPrivateKey(d, out n));

    private static VerificationKey? Public(byte[] der) =>
        Rsa(der, (RSA k, ReadOnlySpan<byte> d, out int n) => k.ImportSubjectPublicKeyInfo(d, out n))
        ?? Ec(der, (ECDsa k, ReadOnlySpan<byte> d, out int n) => k.ImportSubjectPublicKeyInfo(d, out n));

    private static VerificationKey? Certificate(byte[] der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return certificate.RawDataMemory.Length == der.Length
                ? Public(certificate.PublicKey.ExportSubjectPublicKeyInfo())
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static VerificationKey? Rsa(byte[] der, KeyImport.Import<RSA> import)
    {
        using var key = RSA.Create();
        return KeyImport.TryImport(key, der, import) ? VerificationKey.Of(key.ExportParameters(false)) : null;
    }

    private static VerificationKey? Ec(byte[] der, KeyImport.Import<ECDsa> import)
    {
        using var key = ECDsa.Create();
        return KeyImport.TryImport(key, der, import) && EcCurves.IsKnown(key)
            ? VerificationKey.Of(key.ExportParameters(false))
            : null;
    }
}

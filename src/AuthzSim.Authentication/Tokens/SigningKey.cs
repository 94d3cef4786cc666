using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// A private key that signs tokens (upstream: <c>pkg/serviceaccount/jwt.go</c> <c>JWTTokenGenerator</c>): RS256 with an RSA key,
/// ES256, ES384 or ES512 with a key on P-256, P-384 or P-521. Safe to share between threads; it never prints what it holds.
/// </summary>
public sealed class SigningKey
{
    private readonly Func<byte[], byte[]> _sign;

    private SigningKey(string algorithm, VerificationKey publicKey, Func<byte[], byte[]> sign)
    {
        Algorithm = algorithm;
        PublicKey = publicKey;
        _sign = sign;
    }

    /// <summary>The name of the algorithm in a token's header.</summary>
    public string Algorithm { get; }

    /// <summary>The key that checks what this one signs, under the id that tokens name.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>
    /// Reads the first private key of a PEM text (upstream: <c>keyutil.ParsePrivateKeyPEM</c>): <c>RSA PRIVATE KEY</c>,
    /// <c>EC PRIVATE KEY</c> or <c>PRIVATE KEY</c>; other blocks are skipped.
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <exception cref="KeyFormatException">There is no such key, or its curve cannot sign tokens.</exception>
    public static SigningKey Parse(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        foreach (var (label, _, der) in PemBlock.ReadAll(pem))
        {
            var key = label switch
            {
                "RSA PRIVATE KEY" => Rsa(der, (RSA k, ReadOnlySpan<byte> d, out int n) => k.ImportRSAPrivateKey(d, out n)),
                "EC PRIVATE KEY" => Ec(der, (ECDsa k, ReadOnlySpan<byte> d, out int n) => k.ImportECPrivateKey(d, out n)),
                "PRIVATE KEY" => Rsa(der, (RSA k, ReadOnlySpan<byte> d, out int n) => k.ImportPkcs8PrivateKey(d, out n))
                    ?? Ec(der, (ECDsa k, ReadOnlySpan<byte> d, out int n) => k.ImportPkcs8PrivateKey(d, out n)),
                _ => null,
            };
            if (key is not null)
            {
                return key;
            }
        }

        throw new KeyFormatException("data does not contain a valid RSA or ECDSA private key");
    }

    /// <summary>The signature of the data.</summary>
    /// <param name="data">What to sign.</param>
    internal byte[] Sign(byte[] data) => _sign(data);

    private static SigningKey? Rsa(byte[] der, KeyImport.Import<RSA> import)
    {
        using var key = RSA.Create();
        if (!KeyImport.TryImport(key, der, import))
        {
            return null;
        }

        var parameters = key.ExportParameters(true);
        var pool = new KeyPool<RSA>(() => RSA.Create(parameters));
        return new SigningKey("RS256", VerificationKey.Of(parameters), data =>
        {
            var rented = pool.Rent();
            var signature = rented.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            pool.Return(rented);
            return signature;
        });
    }

    private static SigningKey? Ec(byte[] der, KeyImport.Import<ECDsa> import)
    {
        using var key = ECDsa.Create();
        if (!KeyImport.TryImport(key, der, import) || !EcCurves.IsKnown(key))
        {
            return null;
        }

        var parameters = key.ExportParameters(true);
        var length = EcCurves.CoordinateLength(parameters.Curve);
        var algorithm = JoseAlgorithm.OfEcdsa(length)
            ?? throw new KeyFormatException(
                "could not generate signer for ECDSA keypair: unknown private key curve, must be 256, 384, or 521");
        var pool = new KeyPool<ECDsa>(() => ECDsa.Create(parameters));
        return new SigningKey(algorithm.Name, VerificationKey.Of(parameters), data =>
        {
            var rented = pool.Rent();
            var signature = rented.SignData(data, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            pool.Return(rented);
            return signature;
        });
    }
}

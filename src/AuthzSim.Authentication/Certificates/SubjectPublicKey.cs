using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// The public key of a certificate and the check of signatures with it (upstream: <c>crypto/x509.checkSignature</c>). Safe to
/// share between threads.
/// </summary>
internal sealed class SubjectPublicKey
{
    private const string Unimplemented = "x509: cannot verify signature: algorithm unimplemented";
    private const string RsaFailure = "crypto/rsa: verification error";
    private const int LeastRsaBits = 1024;

    private readonly byte[] _data;
    private readonly BigInteger _modulus;
    private readonly long _exponent;
    private readonly KeyPool<RSA>? _rsas;
    private readonly KeyPool<ECDsa>? _ecdsas;

    public SubjectPublicKey(PublicKeyAlgorithm algorithm, ReadOnlySpan<byte> data, NamedCurve? curve = null)
    {
        (Algorithm, _data) = (algorithm, data.ToArray());
        _ecdsas = curve is null ? null : new KeyPool<ECDsa>(() => ECDsa.Create(curve.Parameters(_data)));
    }

    public SubjectPublicKey(BigInteger modulus, long exponent)
    {
        (Algorithm, _data, _modulus, _exponent) = (PublicKeyAlgorithm.Rsa, [], modulus, exponent);
        _rsas = new KeyPool<RSA>(() => RSA.Create(new RSAParameters
        {
            Modulus = modulus.ToByteArray(isUnsigned: true, isBigEndian: true),
            Exponent = new BigInteger(exponent).ToByteArray(isUnsigned: true, isBigEndian: true),
        }));
    }

    public PublicKeyAlgorithm Algorithm { get; }

    private string TypeName => Algorithm switch
    {
        PublicKeyAlgorithm.Rsa => "*rsa.PublicKey",
        PublicKeyAlgorithm.Ecdsa => "*ecdsa.PublicKey",
        _ => "ed25519.PublicKey",
    };

    /// <summary>Checks a signature; answers the server's text of what is wrong with it, or null.</summary>
    public string? Check(SignatureAlgorithm? algorithm, byte[] signed, byte[] signature)
    {
        if (algorithm is null)
        {
            return Unimplemented;
        }

        if (algorithm.IsInsecure)
        {
            return "x509: cannot verify signature: insecure algorithm " + algorithm.Name;
        }

        if (Algorithm is not (PublicKeyAlgorithm.Rsa or PublicKeyAlgorithm.Ecdsa or PublicKeyAlgorithm.Ed25519))
        {
            return Unimplemented;
        }

        if (Algorithm != algorithm.Key)
        {
            var wanted = algorithm.Key == PublicKeyAlgorithm.Ed25519 ? "Ed25519" : algorithm.Key.ToString().ToUpperInvariant();
            return $"x509: signature algorithm specifies an {wanted} public key, but have public key of type {TypeName}";
        }

        return Algorithm switch
        {
            PublicKeyAlgorithm.Rsa => CheckRsa(algorithm, signed, signature),
            PublicKeyAlgorithm.Ecdsa => IsGood(
                _ecdsas!, k => k.VerifyData(signed, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence))
                ? null
                : "x509: ECDSA verification failure",
            _ => Ed25519.Verify(_data, signed, signature) ? null : "x509: Ed25519 verification failure",
        };
    }

    private string? CheckRsa(SignatureAlgorithm algorithm, byte[] signed, byte[] signature)
    {
        var bits = _modulus.GetBitLength();
        if (bits < LeastRsaBits)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"crypto/rsa: {bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)");
        }

        var malformed = _modulus.IsEven ? "modulus is even"
            : _exponent < 2 ? "public exponent too small or negative"
            : _exponent % 2 == 0 ? "public exponent is even"
            : _exponent > int.MaxValue ? "public exponent too large"
            : null;
        if (malformed is not null)
        {
            return "crypto/rsa: " + malformed;
        }

        var padding = algorithm.IsPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return signature.Length == (bits + 7) / 8 && IsGood(_rsas!, k => k.VerifyData(signed, signature, algorithm.Hash, padding))
            ? null
            : RsaFailure;
    }

    /// <summary>What .NET cannot even try is as bad as what it finds wrong.</summary>
    private static bool IsGood<T>(KeyPool<T> keys, Func<T, bool> verify)
        where T : class
    {
        var key = keys.Rent();
        try
        {
            return verify(key);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            keys.Return(key);
        }
    }
}

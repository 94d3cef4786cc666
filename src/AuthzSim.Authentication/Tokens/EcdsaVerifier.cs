using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// An ECDSA key. As upstream has it, the algorithm chooses the hash and the length of the signature, whatever the curve is.
/// </summary>
internal sealed class EcdsaVerifier : ISignatureVerifier
{
    private readonly KeyPool<ECDsa> _keys;
    private readonly int _halfLength;

    public EcdsaVerifier(ECParameters parameters)
    {
        _halfLength = EcCurves.CoordinateLength(parameters.Curve);
        if (_halfLength == 0)
        {
            throw new CryptographicException("the elliptic curve is none of P-224, P-256, P-384 and P-521");
        }

        var key = new ECParameters { Curve = parameters.Curve, Q = parameters.Q };
        _keys = new KeyPool<ECDsa>(() => ECDsa.Create(key));
        var first = _keys.Rent();
        SubjectPublicKeyInfo = first.ExportSubjectPublicKeyInfo();
        _keys.Return(first);
    }

    public byte[] SubjectPublicKeyInfo { get; }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, JoseAlgorithm algorithm)
    {
        if (algorithm.Scheme != SignatureScheme.Ecdsa || signature.Length != 2 * algorithm.HalfLength)
        {
            return false;
        }

        Span<byte> fitted = stackalloc byte[2 * _halfLength];
        if (!Fit(signature[..algorithm.HalfLength], fitted[.._halfLength])
            || !Fit(signature[algorithm.HalfLength..], fitted[_halfLength..]))
        {
            return false;
        }

        Span<byte> space = stackalloc byte[64];
        var hash = space[..CryptographicOperations.HashData(algorithm.Hash, data, space)];
        var key = _keys.Rent();
        var isValid = key.VerifyHash(hash, fitted, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _keys.Return(key);
        return isValid;
    }

    // A number of the algorithm's length in the curve's length; one that is too large cannot be right.
    private static bool Fit(ReadOnlySpan<byte> number, Span<byte> fitted)
    {
        var surplus = Math.Max(0, number.Length - fitted.Length);
        fitted.Clear();
        number[surplus..].CopyTo(fitted[(fitted.Length - (number.Length - surplus))..]);
        return number[..surplus].IndexOfAnyExcept((byte)0) < 0;
    }
}

using System.Numerics;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>An RSA key that checks signatures as Go's <c>crypto/rsa</c> does.</summary>
internal sealed class RsaVerifier : ISignatureVerifier
{
    // Go refuses to use shorter keys.
    private const int MinBits = 1024;

    private readonly KeyPool<RSA> _keys;
    private readonly BigInteger _modulus;
    private readonly BigInteger _exponent;

    public RsaVerifier(RSAParameters parameters)
    {
        var key = new RSAParameters { Modulus = parameters.Modulus, Exponent = parameters.Exponent };
        _modulus = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        _exponent = new BigInteger(key.Exponent, isUnsigned: true, isBigEndian: true);
        _keys = new KeyPool<RSA>(() => RSA.Create(key));
        var first = _keys.Rent();
        SubjectPublicKeyInfo = first.ExportSubjectPublicKeyInfo();
        _keys.Return(first);
    }

    public byte[] SubjectPublicKeyInfo { get; }

    private bool IsAcceptable => _modulus.GetBitLength() >= MinBits && !_modulus.IsEven
        && _exponent > BigInteger.One && _exponent <= int.MaxValue && !_exponent.IsEven;

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, JoseAlgorithm algorithm)
    {
        if (algorithm.Scheme == SignatureScheme.Ecdsa || !IsAcceptable)
        {
            return false;
        }

        Span<byte> space = stackalloc byte[64];
        var hash = space[..CryptographicOperations.HashData(algorithm.Hash, data, space)];
        var padding = algorithm.Scheme == SignatureScheme.Pkcs1 ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
        var key = _keys.Rent();
        var isValid = key.VerifyHash(hash, signature, algorithm.Hash, padding);
        _keys.Return(key);
        return isValid || (algorithm.Scheme == SignatureScheme.Pss && HasOtherSalt(hash, signature, algorithm.Hash));
    }

    // Upstream takes a salt of any length; .NET only one as long as the hash. RFC 8017, 9.1.2.
    private bool HasOtherSalt(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, HashAlgorithmName algorithm)
    {
        var bits = (int)_modulus.GetBitLength() - 1;
        var encoded = new byte[(bits + 7) / 8];
        var number = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (signature.Length != _modulus.GetByteCount(isUnsigned: true) || number >= _modulus || encoded.Length < hash.Length + 2)
        {
            return false;
        }

        number = BigInteger.ModPow(number, _exponent, _modulus);
        var length = number.GetByteCount(isUnsigned: true);
        if (length > encoded.Length)
        {
            return false;
        }

        number.TryWriteBytes(encoded.AsSpan(encoded.Length - length), out _, isUnsigned: true, isBigEndian: true);
        var masked = encoded.AsSpan(0, encoded.Length - hash.Length - 1);
        var seed = encoded.AsSpan(masked.Length, hash.Length);
        var unused = (8 * encoded.Length) - bits;
        if (encoded[^1] != 0xbc || masked[0] >> (8 - unused) != 0)
        {
            return false;
        }

        Unmask(masked, seed, algorithm);
        masked[0] &= (byte)(0xff >> unused);
        var one = masked.IndexOfAnyExcept((byte)0);
        if (one < 0 || masked[one] != 1)
        {
            return false;
        }

        byte[] message = [0, 0, 0, 0, 0, 0, 0, 0, .. hash, .. masked[(one + 1)..]];
        return seed.SequenceEqual(CryptographicOperations.HashData(algorithm, message));
    }

    private static void Unmask(Span<byte> masked, ReadOnlySpan<byte> seed, HashAlgorithmName algorithm)
    {
        byte[] block = [.. seed, 0, 0, 0, 0];
        for (var start = 0; start < masked.Length; start += seed.Length)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(seed.Length), start / seed.Length);
            var mask = CryptographicOperations.HashData(algorithm, block);
            for (var i = 0; i < mask.Length && start + i < masked.Length; i++)
            {
                masked[start + i] ^= mask[i];
            }
        }
    }
}

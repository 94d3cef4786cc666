using System.Numerics;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Verifies Ed25519 signatures (RFC 8032, 5.1.7, without the cofactor, as Go does), since the framework has no such key. Works on
/// public values only, so nothing here needs to take constant time.
/// </summary>
internal static class Ed25519
{
    public const int KeySize = 32;

    private const int SignatureSize = 64;
    private const int ScalarBits = 256;

    private static readonly BigInteger _order =
        (BigInteger.One << 252) + BigInteger.Parse(
            "27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Length != KeySize || signature.Length != SignatureSize || !EdwardsPoint.TryDecode(key, out var point))
        {
            return false;
        }

        var s = new BigInteger(signature[KeySize..], isUnsigned: true);
        if (s >= _order)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(signature[..KeySize]);
        hash.AppendData(key);
        hash.AppendData(message);
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        Span<byte> k = stackalloc byte[KeySize];
        (new BigInteger(digest, isUnsigned: true) % _order).TryWriteBytes(k, out _, isUnsigned: true);

        Span<byte> expected = stackalloc byte[KeySize];
        SumOfMultiples(signature[KeySize..], k, point.Negate()).Encode(expected);
        return expected.SequenceEqual(signature[..KeySize]);
    }

    /// <summary>[s]B + [k]P, both scalars walked at once from the highest bit.</summary>
    private static EdwardsPoint SumOfMultiples(ReadOnlySpan<byte> s, ReadOnlySpan<byte> k, EdwardsPoint point)
    {
        var both = EdwardsPoint.Base.Add(point);
        var sum = EdwardsPoint.Identity;
        for (var i = ScalarBits - 1; i >= 0; i--)
        {
            sum = sum.Double();
            var inS = ((s[i / 8] >> (i % 8)) & 1) != 0;
            var inK = ((k[i / 8] >> (i % 8)) & 1) != 0;
            if (inS || inK)
            {
                sum = sum.Add(inS && inK ? both : inS ? EdwardsPoint.Base : point);
            }
        }

        return sum;
    }
}

using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// The four NIST curves the server knows. Membership of a point is checked here, when the certificate is read, as there.
/// </summary>
internal sealed class NamedCurve
{
    private static readonly NamedCurve[] _all =
    [
        new([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], "1.2.840.10045.3.1.7", 32,
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
        new([0x2b, 0x81, 0x04, 0x00, 0x22], "1.3.132.0.34", 48,
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
        new([0x2b, 0x81, 0x04, 0x00, 0x23], "1.3.132.0.35", 66,
            "01ff" + new string('f', 128),
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"),
        new([0x2b, 0x81, 0x04, 0x00, 0x21], "1.3.132.0.33", 28,
            "ffffffffffffffffffffffffffffffff000000000000000000000001",
            "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4"),
    ];

    private readonly byte[] _oid;
    private readonly string _dotted;
    private readonly int _length;
    private readonly BigInteger _prime;
    private readonly BigInteger _b;

    private NamedCurve(byte[] oid, string dotted, int length, string prime, string b)
    {
        (_oid, _dotted, _length) = (oid, dotted, length);
        _prime = BigInteger.Parse("0" + prime, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _b = BigInteger.Parse("0" + b, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public static NamedCurve? Find(ReadOnlySpan<byte> oid)
    {
        foreach (var curve in _all)
        {
            if (oid.SequenceEqual(curve._oid))
            {
                return curve;
            }
        }

        return null;
    }

    /// <summary>True for an uncompressed point of the curve, the only form the server takes.</summary>
    public bool Contains(ReadOnlySpan<byte> point)
    {
        if (point.Length != 1 + (2 * _length) || point[0] != 4)
        {
            return false;
        }

        var x = new BigInteger(point.Slice(1, _length), isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(point[(1 + _length)..], isUnsigned: true, isBigEndian: true);
        return x < _prime && y < _prime && ((y * y) - (((x * x) - 3) * x) - _b) % _prime == 0;
    }

    public ECParameters Parameters(ReadOnlySpan<byte> point) => new()
    {
        Curve = ECCurve.CreateFromValue(_dotted),
        Q = new ECPoint { X = point.Slice(1, _length).ToArray(), Y = point[(1 + _length)..].ToArray() },
    };
}

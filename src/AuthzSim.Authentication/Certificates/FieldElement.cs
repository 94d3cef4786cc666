using System.Buffers.Binary;

namespace AuthzSim.Authentication.Certificates;

/// <summary>A number modulo 2²⁵⁵ - 19 in five limbs of 51 bits, carried after every operation.</summary>
internal readonly record struct FieldElement(ulong L0, ulong L1, ulong L2, ulong L3, ulong L4)
{
    private const int Bits = 51;
    private const ulong Mask = (1UL << Bits) - 1;

    public static FieldElement Zero { get; } = new(0, 0, 0, 0, 0);

    public static FieldElement One { get; } = new(1, 0, 0, 0, 0);

    public bool IsOdd
    {
        get
        {
            Span<byte> encoded = stackalloc byte[32];
            Encode(encoded);
            return (encoded[0] & 1) != 0;
        }
    }

    /// <summary>From big-endian hexadecimal.</summary>
    public static FieldElement Parse(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Array.Reverse(bytes);
        return Decode(bytes);
    }

    /// <summary>
    /// From 32 little-endian bytes; the highest bit is not looked at and a number above the modulus is reduced.
    /// </summary>
    public static FieldElement Decode(ReadOnlySpan<byte> bytes)
    {
        var a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new(a & Mask, ((a >> 51) | (b << 13)) & Mask, ((b >> 38) | (c << 26)) & Mask, ((c >> 25) | (d << 39)) & Mask, (d >> 12) & Mask);
    }

    public void Encode(Span<byte> bytes)
    {
        var x = Carry(L0, L1, L2, L3, L4);
        var quotient = (x.L0 + 19) >> Bits;
        quotient = (x.L1 + quotient) >> Bits;
        quotient = (x.L2 + quotient) >> Bits;
        quotient = (x.L3 + quotient) >> Bits;
        quotient = (x.L4 + quotient) >> Bits;
        var l0 = x.L0 + (19 * quotient);
        var l1 = x.L1 + (l0 >> Bits);
        var l2 = x.L2 + (l1 >> Bits);
        var l3 = x.L3 + (l2 >> Bits);
        var l4 = (x.L4 + (l3 >> Bits)) & Mask;
        (l0, l1, l2, l3) = (l0 & Mask, l1 & Mask, l2 & Mask, l3 & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, l0 | (l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (l1 >> 13) | (l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (l2 >> 26) | (l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (l3 >> 39) | (l4 << 12));
    }

    public bool IsEqualTo(FieldElement other)
    {
        Span<byte> mine = stackalloc byte[32];
        Span<byte> theirs = stackalloc byte[32];
        Encode(mine);
        other.Encode(theirs);
        return mine.SequenceEqual(theirs);
    }

    public FieldElement Add(FieldElement o) => Carry(L0 + o.L0, L1 + o.L1, L2 + o.L2, L3 + o.L3, L4 + o.L4);

    /// <summary>Twice the modulus is added first, so that no limb falls below zero.</summary>
    public FieldElement Subtract(FieldElement o) => Carry(
        L0 + 0xfffffffffffda - o.L0, L1 + 0xffffffffffffe - o.L1, L2 + 0xffffffffffffe - o.L2, L3 + 0xffffffffffffe - o.L3,
        L4 + 0xffffffffffffe - o.L4);

    public FieldElement Multiply(FieldElement o)
    {
        var (o1, o2, o3, o4) = (o.L1 * 19, o.L2 * 19, o.L3 * 19, o.L4 * 19);
        var r0 = Product(L0, o.L0) + Product(L1, o4) + Product(L2, o3) + Product(L3, o2) + Product(L4, o1);
        var r1 = Product(L0, o.L1) + Product(L1, o.L0) + Product(L2, o4) + Product(L3, o3) + Product(L4, o2);
        var r2 = Product(L0, o.L2) + Product(L1, o.L1) + Product(L2, o.L0) + Product(L3, o4) + Product(L4, o3);
        var r3 = Product(L0, o.L3) + Product(L1, o.L2) + Product(L2, o.L1) + Product(L3, o.L0) + Product(L4, o4);
        var r4 = Product(L0, o.L4) + Product(L1, o.L3) + Product(L2, o.L2) + Product(L3, o.L1) + Product(L4, o.L0);
        return Carry(
            ((ulong)r0 & Mask) + ((ulong)(r4 >> Bits) * 19), ((ulong)r1 & Mask) + (ulong)(r0 >> Bits),
            ((ulong)r2 & Mask) + (ulong)(r1 >> Bits), ((ulong)r3 & Mask) + (ulong)(r2 >> Bits), ((ulong)r4 & Mask) + (ulong)(r3 >> Bits));
    }

    /// <summary>The power p - 2.</summary>
    public FieldElement Invert() =>
        PowerOf250Ones().SquareTimes(5).Multiply(SquareTimes(3)).Multiply(Multiply(this).Multiply(this));

    /// <summary>The power (p - 5) / 8.</summary>
    public FieldElement PowerOfSquareRoot() => PowerOf250Ones().SquareTimes(2).Multiply(this);

    private static UInt128 Product(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return new UInt128(high, low);
    }

    private static FieldElement Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => new(
        (l0 & Mask) + ((l4 >> Bits) * 19), (l1 & Mask) + (l0 >> Bits), (l2 & Mask) + (l1 >> Bits), (l3 & Mask) + (l2 >> Bits),
        (l4 & Mask) + (l3 >> Bits));

    /// <summary>The power 2²⁵⁰ - 1, by doubling the number of ones.</summary>
    private FieldElement PowerOf250Ones()
    {
        var five = Square().Multiply(this).SquareTimes(2).Multiply(Square().Multiply(this)).Square().Multiply(this);
        var ten = five.SquareTimes(5).Multiply(five);
        var twenty = ten.SquareTimes(10).Multiply(ten);
        var forty = twenty.SquareTimes(20).Multiply(twenty);
        var fifty = forty.SquareTimes(10).Multiply(ten);
        var hundred = fifty.SquareTimes(50).Multiply(fifty);
        return hundred.SquareTimes(100).Multiply(hundred).SquareTimes(50).Multiply(fifty);
    }

    private FieldElement Square() => Multiply(this);

    private FieldElement SquareTimes(int count)
    {
        var result = this;
        for (var i = 0; i < count; i++)
        {
            result = result.Square();
        }

        return result;
    }
}

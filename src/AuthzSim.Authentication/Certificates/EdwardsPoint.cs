namespace AuthzSim.Authentication.Certificates;

/// <summary>A point of the curve -x² + y² = 1 + dx²y² in extended coordinates (RFC 8032, 5.1.4).</summary>
internal readonly record struct EdwardsPoint(FieldElement X, FieldElement Y, FieldElement Z, FieldElement T)
{
    private static readonly FieldElement _d =
        FieldElement.Parse("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
    private static readonly FieldElement _twoD = _d.Add(_d);
    private static readonly FieldElement _rootOfMinusOne =
        FieldElement.Parse("2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0");

    public static EdwardsPoint Identity { get; } = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    public static EdwardsPoint Base { get; } = Affine(
        FieldElement.Parse("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a"),
        FieldElement.Parse("6666666666666666666666666666666666666666666666666666666666666658"));

    public static bool TryDecode(ReadOnlySpan<byte> encoded, out EdwardsPoint point)
    {
        var y = FieldElement.Decode(encoded);
        var ySquare = y.Multiply(y);
        var u = ySquare.Subtract(FieldElement.One);
        var v = _d.Multiply(ySquare).Add(FieldElement.One);
        var v3 = v.Multiply(v).Multiply(v);
        var x = u.Multiply(v3).Multiply(u.Multiply(v3).Multiply(v3).Multiply(v).PowerOfSquareRoot());
        var check = v.Multiply(x).Multiply(x);
        point = default;
        if (!check.IsEqualTo(u))
        {
            if (!check.IsEqualTo(FieldElement.Zero.Subtract(u)))
            {
                return false;
            }

            x = x.Multiply(_rootOfMinusOne);
        }

        var isOdd = encoded[^1] >= 0x80;
        point = Affine(x.IsOdd == isOdd ? x : FieldElement.Zero.Subtract(x), y);
        return true;
    }

    public EdwardsPoint Negate() => new(FieldElement.Zero.Subtract(X), Y, Z, FieldElement.Zero.Subtract(T));

    public EdwardsPoint Add(EdwardsPoint other)
    {
        var a = Y.Subtract(X).Multiply(other.Y.Subtract(other.X));
        var b = Y.Add(X).Multiply(other.Y.Add(other.X));
        var c = T.Multiply(_twoD).Multiply(other.T);
        var zz = Z.Multiply(other.Z);
        var d = zz.Add(zz);
        return Combine(b.Subtract(a), d.Subtract(c), d.Add(c), b.Add(a));
    }

    public EdwardsPoint Double()
    {
        var a = X.Multiply(X);
        var b = Y.Multiply(Y);
        var zz = Z.Multiply(Z);
        var h = a.Add(b);
        var xy = X.Add(Y);
        var g = a.Subtract(b);
        return Combine(h.Subtract(xy.Multiply(xy)), zz.Add(zz).Add(g), g, h);
    }

    public void Encode(Span<byte> encoded)
    {
        var inverse = Z.Invert();
        Y.Multiply(inverse).Encode(encoded);
        if (X.Multiply(inverse).IsOdd)
        {
            encoded[^1] |= 0x80;
        }
    }

    private static EdwardsPoint Affine(FieldElement x, FieldElement y) => new(x, y, FieldElement.One, x.Multiply(y));

    private static EdwardsPoint Combine(FieldElement e, FieldElement f, FieldElement g, FieldElement h) =>
        new(e.Multiply(f), g.Multiply(h), f.Multiply(g), e.Multiply(h));
}

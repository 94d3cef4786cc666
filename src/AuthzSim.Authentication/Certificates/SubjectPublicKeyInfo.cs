using System.Numerics;

namespace AuthzSim.Authentication.Certificates;

/// <summary>Reads a key as the server's parser does (upstream: <c>crypto/x509.parsePublicKey</c>).</summary>
internal static class SubjectPublicKeyInfo
{
    private static ReadOnlySpan<byte> Rsa => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

    private static ReadOnlySpan<byte> Dsa => [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];

    private static ReadOnlySpan<byte> Ecdsa => [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

    private static ReadOnlySpan<byte> X25519Key => [0x2b, 0x65, 0x6e];

    private static ReadOnlySpan<byte> Ed25519Key => [0x2b, 0x65, 0x70];

    /// <summary>The key, or null for a kind the server does not know, which it tolerates until a signature needs it.</summary>
    /// <exception cref="CertificateFormatException">The server's parser refuses it.</exception>
    public static SubjectPublicKey? Parse(ReadOnlySpan<byte> element)
    {
        if (!new DerReader(element).TryRead(DerTag.Sequence, out DerReader info))
        {
            throw new CertificateFormatException("x509: malformed spki");
        }

        if (!info.TryRead(DerTag.Sequence, out ReadOnlySpan<byte> identifier))
        {
            throw new CertificateFormatException("x509: malformed public key algorithm identifier");
        }

        AlgorithmIdentifier.Read(identifier, out var oid, out var parameters);
        if (!info.TryReadBitString(out var bits, out var unused))
        {
            throw new CertificateFormatException("x509: malformed subjectPublicKey");
        }

        var data = BitStrings.RightAlign(bits, unused);
        return oid.SequenceEqual(Rsa) ? RsaKey(data, parameters)
            : oid.SequenceEqual(Ecdsa) ? EcdsaKey(data, parameters)
            : oid.SequenceEqual(Ed25519Key) ? Plain(PublicKeyAlgorithm.Ed25519, "Ed25519", data, parameters)
            : oid.SequenceEqual(X25519Key) ? Plain(PublicKeyAlgorithm.X25519, "X25519", data, parameters)
            : oid.SequenceEqual(Dsa) ? DsaKey(data, parameters)
            : null;
    }

    private static SubjectPublicKey RsaKey(ReadOnlySpan<byte> data, ReadOnlySpan<byte> parameters)
    {
        if (!parameters.SequenceEqual<byte>([DerTag.Null, 0]))
        {
            throw new CertificateFormatException("x509: RSA key missing NULL parameters");
        }

        if (!new DerReader(data).TryRead(DerTag.Sequence, out DerReader key))
        {
            throw new CertificateFormatException("x509: invalid RSA public key");
        }

        if (!key.TryReadInteger(out var modulus))
        {
            throw new CertificateFormatException("x509: invalid RSA modulus");
        }

        if (!key.TryReadInt64(DerTag.Integer, out var exponent))
        {
            throw new CertificateFormatException("x509: invalid RSA public exponent");
        }

        if (modulus.Sign <= 0)
        {
            throw new CertificateFormatException("x509: RSA modulus is not a positive number");
        }

        return exponent > 0
            ? new SubjectPublicKey(modulus, exponent)
            : throw new CertificateFormatException("x509: RSA public exponent is not a positive number");
    }

    private static SubjectPublicKey EcdsaKey(ReadOnlySpan<byte> data, ReadOnlySpan<byte> parameters)
    {
        var reader = new DerReader(parameters);
        if (!reader.TryReadObjectIdentifier(out var oid))
        {
            throw new CertificateFormatException("x509: invalid ECDSA parameters");
        }

        var curve = NamedCurve.Find(oid) ?? throw new CertificateFormatException("x509: unsupported elliptic curve");
        return curve.Contains(data)
            ? new SubjectPublicKey(PublicKeyAlgorithm.Ecdsa, data, curve)
            : throw new CertificateFormatException("x509: failed to unmarshal elliptic curve point");
    }

    private static SubjectPublicKey Plain(
        PublicKeyAlgorithm algorithm, string name, ReadOnlySpan<byte> data, ReadOnlySpan<byte> parameters)
    {
        if (!parameters.IsEmpty)
        {
            throw new CertificateFormatException($"x509: {name} key encoded with illegal parameters");
        }

        if (data.Length == Ed25519.KeySize)
        {
            return new SubjectPublicKey(algorithm, data);
        }

        throw new CertificateFormatException(
            algorithm == PublicKeyAlgorithm.Ed25519 ? "x509: wrong Ed25519 public key size" : "crypto/ecdh: invalid public key");
    }

    private static SubjectPublicKey DsaKey(ReadOnlySpan<byte> data, ReadOnlySpan<byte> parameters)
    {
        if (!new DerReader(data).TryReadInteger(out var y))
        {
            throw new CertificateFormatException("x509: invalid DSA public key");
        }

        if (!new DerReader(parameters).TryRead(DerTag.Sequence, out DerReader group)
            || !group.TryReadInteger(out var p) || !group.TryReadInteger(out var q) || !group.TryReadInteger(out var g))
        {
            throw new CertificateFormatException("x509: invalid DSA parameters");
        }

        return BigInteger.Min(BigInteger.Min(y, p), BigInteger.Min(q, g)).Sign > 0
            ? new SubjectPublicKey(PublicKeyAlgorithm.Dsa, data)
            : throw new CertificateFormatException("x509: zero or negative DSA parameter");
    }
}

using System.Security.Cryptography;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// How a certificate is signed (upstream: <c>crypto/x509.SignatureAlgorithm</c>); null where the server knows none.
/// </summary>
/// <param name="Name">The server's name for it.</param>
/// <param name="Key">The kind of key that makes such signatures.</param>
/// <param name="Hash">The hash; the default for Ed25519, which has its own.</param>
/// <param name="IsPss">True for RSASSA-PSS.</param>
internal sealed record SignatureAlgorithm(string Name, PublicKeyAlgorithm Key, HashAlgorithmName Hash, bool IsPss = false)
{
    private static readonly byte[] _rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    private static readonly byte[] _sha2 = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
    private static readonly byte[] _ed25519 = [0x2b, 0x65, 0x70];

    private static readonly (byte[] Oid, SignatureAlgorithm Algorithm)[] _known =
    [
        ([.. _rsa, 11], new("SHA256-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.SHA256)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 2], new("ECDSA-SHA256", PublicKeyAlgorithm.Ecdsa, HashAlgorithmName.SHA256)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 3], new("ECDSA-SHA384", PublicKeyAlgorithm.Ecdsa, HashAlgorithmName.SHA384)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 4], new("ECDSA-SHA512", PublicKeyAlgorithm.Ecdsa, HashAlgorithmName.SHA512)),
        ([.. _rsa, 12], new("SHA384-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.SHA384)),
        ([.. _rsa, 13], new("SHA512-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.SHA512)),
        ([.. _rsa, 4], new("MD5-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.MD5)),
        ([.. _rsa, 5], new("SHA1-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.SHA1)),
        ([0x2b, 0x0e, 0x03, 0x02, 0x1d], new("SHA1-RSA", PublicKeyAlgorithm.Rsa, HashAlgorithmName.SHA1)),
        ([0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03], new("DSA-SHA1", PublicKeyAlgorithm.Dsa, HashAlgorithmName.SHA1)),
        ([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 2], new(
            "DSA-SHA256", PublicKeyAlgorithm.Dsa, HashAlgorithmName.SHA256)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], new("ECDSA-SHA1", PublicKeyAlgorithm.Ecdsa, HashAlgorithmName.SHA1)),
    ];

    private static readonly (HashAlgorithmName Hash, int Length)[] _pssHashes =
        [(HashAlgorithmName.SHA256, 32), (HashAlgorithmName.SHA384, 48), (HashAlgorithmName.SHA512, 64)];

    /// <summary>True for the hashes with which anybody can forge; such signatures are never accepted.</summary>
    public bool IsInsecure => Hash == HashAlgorithmName.MD5 || Hash == HashAlgorithmName.SHA1;

    /// <summary>Reads the content of an AlgorithmIdentifier; null for what the server does not know.</summary>
    /// <exception cref="CertificateFormatException">The identifier is malformed.</exception>
    public static SignatureAlgorithm? Parse(ReadOnlySpan<byte> identifier)
    {
        AlgorithmIdentifier.Read(identifier, out var oid, out var parameters);
        if (oid.SequenceEqual(_ed25519))
        {
            return parameters.IsEmpty ? new("Ed25519", PublicKeyAlgorithm.Ed25519, default) : null;
        }

        if (oid.Length == _rsa.Length + 1 && oid[^1] == 10 && oid.StartsWith(_rsa))
        {
            return Pss(parameters);
        }

        foreach (var (known, algorithm) in _known)
        {
            if (oid.SequenceEqual(known))
            {
                return algorithm;
            }
        }

        return null;
    }

    /// <summary>Only the three combinations whose hash, mask hash and salt agree.</summary>
    private static SignatureAlgorithm? Pss(ReadOnlySpan<byte> parameters)
    {
        if (!new DerReader(parameters).TryRead(DerTag.Sequence, out DerReader fields)
            || !fields.TryRead(DerTag.ConstructedContext(0), out DerReader hash) || !TryHash(
                ref hash, out var name, out var length)
            || !fields.TryRead(DerTag.ConstructedContext(1), out DerReader mask) || !mask.TryRead(
                DerTag.Sequence, out DerReader generator)
            || !generator.TryReadObjectIdentifier(out var oid) || !oid.SequenceEqual((byte[])[.. _rsa, 8])
            || !TryHash(ref generator, out var maskName, out _) || maskName != name
            || !fields.TryRead(DerTag.ConstructedContext(2), out DerReader salt) || !salt.TryReadInt64(
                DerTag.Integer, out var saltLength)
            || saltLength != length || !fields.TryReadOptional(DerTag.ConstructedContext(3), out var hasTrailer, out var trailer)
            || (hasTrailer && !(trailer.TryReadInt64(DerTag.Integer, out var trailerField) && trailerField == 1)))
        {
            return null;
        }

        return new($"{name.Name}-RSAPSS", PublicKeyAlgorithm.Rsa, name, IsPss: true);
    }

    private static bool TryHash(ref DerReader reader, out HashAlgorithmName name, out int length)
    {
        (name, length) = (default, 0);
        if (!reader.TryRead(DerTag.Sequence, out DerReader identifier) || !identifier.TryReadObjectIdentifier(out var oid)
            || !(identifier.IsEmpty || (identifier.TryRead(DerTag.Null, out ReadOnlySpan<byte> none) && none.IsEmpty))
            || oid.Length != _sha2.Length + 1 || !oid.StartsWith(_sha2) || oid[^1] is < 1 or > 3)
        {
            return false;
        }

        (name, length) = _pssHashes[oid[^1] - 1];
        return true;
    }
}

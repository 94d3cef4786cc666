using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// A certificate as the server's parser reads it, and refuses to read it (upstream: Go's <c>crypto/x509/parser.go</c>). Immutable
/// after parsing.
/// </summary>
internal sealed class Certificate
{
    private readonly byte[] _raw;
    private readonly byte[] _tbs;
    private readonly Range _rawIssuer;
    private readonly Range _rawSubject;
    private readonly Range _rawKey;
    private readonly SignatureAlgorithm? _signatureAlgorithm;
    private readonly byte[] _signature;

    private Certificate(ReadOnlySpan<byte> der)
    {
        _raw = der.ToArray();
        ReadOnlySpan<byte> raw = _raw;
        Fingerprint = SHA256.HashData(raw);
        if (!new DerReader(raw).TryRead(DerTag.Sequence, out DerReader input))
        {
            throw new CertificateFormatException("x509: malformed certificate");
        }

        if (!input.TryReadElement(DerTag.Sequence, out var tbsElement)
            || !new DerReader(tbsElement).TryRead(DerTag.Sequence, out DerReader tbs))
        {
            throw new CertificateFormatException("x509: malformed tbs certificate");
        }

        _tbs = tbsElement.ToArray();
        Version = ReadVersion(ref tbs);
        SerialNumber = tbs.TryReadInteger(out var serial)
            ? serial
            : throw new CertificateFormatException("x509: malformed serial number");
        if (SerialNumber.Sign < 0)
        {
            throw new CertificateFormatException("x509: negative serial number");
        }

        _signatureAlgorithm = ReadSignatureAlgorithm(ref tbs, ref input);
        _rawIssuer = RangeOf(raw, Element(ref tbs, "x509: malformed issuer"));
        _ = DistinguishedName.Parse(raw[_rawIssuer]);
        (NotBefore, NotAfter) = ReadValidity(ref tbs);
        _rawSubject = RangeOf(raw, Element(ref tbs, "x509: malformed issuer"));
        Subject = DistinguishedName.Parse(raw[_rawSubject]);
        _rawKey = RangeOf(raw, Element(ref tbs, "x509: malformed spki"));
        PublicKey = SubjectPublicKeyInfo.Parse(raw[_rawKey]);
        Extensions = Version > 1 ? ReadExtensions(ref tbs, Version) : CertificateExtensions.None;
        if (!input.TryReadBitString(out var signature, out var unused))
        {
            throw new CertificateFormatException("x509: malformed signature");
        }

        _signature = BitStrings.RightAlign(signature, unused).ToArray();
    }

    public ReadOnlyMemory<byte> Raw => _raw;

    /// <summary>The SHA-256 of the whole certificate.</summary>
    public byte[] Fingerprint { get; }

    public int Version { get; }

    public BigInteger SerialNumber { get; }

    public CertificateTime NotBefore { get; }

    public CertificateTime NotAfter { get; }

    public DistinguishedName Subject { get; }

    /// <summary>Null for a kind of key that the server does not know.</summary>
    public SubjectPublicKey? PublicKey { get; }

    public CertificateExtensions Extensions { get; }

    public ReadOnlySpan<byte> RawIssuer => _raw.AsSpan(_rawIssuer);

    public ReadOnlySpan<byte> RawSubject => _raw.AsSpan(_rawSubject);

    public ReadOnlySpan<byte> RawKey => _raw.AsSpan(_rawKey);

    /// <summary>How errors name a certificate (upstream: <c>certificateIdentifier</c> of the request authenticator).</summary>
    public string Identifier => $"SN={SerialNumber}, SKID={Hex(Extensions.SubjectKeyId)}, AKID={Hex(Extensions.AuthorityKeyId)}";

    /// <summary>Reads exactly one certificate.</summary>
    /// <exception cref="CertificateFormatException">The server's parser refuses it.</exception>
    public static Certificate Parse(ReadOnlySpan<byte> der)
    {
        if (!new DerReader(der).TryReadElement(DerTag.Sequence, out var element))
        {
            throw new CertificateFormatException("x509: malformed certificate");
        }

        var certificate = new Certificate(element);
        return element.Length == der.Length ? certificate : throw new CertificateFormatException("x509: trailing data");
    }

    /// <summary>Reads certificates that follow each other without a gap.</summary>
    /// <exception cref="CertificateFormatException">The server's parser refuses one.</exception>
    public static ImmutableArray<Certificate> ParseAll(ReadOnlySpan<byte> der)
    {
        var all = ImmutableArray.CreateBuilder<Certificate>();
        for (var rest = der; !rest.IsEmpty; rest = rest[all[^1].Raw.Length..])
        {
            if (!new DerReader(rest).TryReadElement(DerTag.Sequence, out var element))
            {
                throw new CertificateFormatException("x509: malformed certificate");
            }

            all.Add(new Certificate(element));
        }

        return all.ToImmutable();
    }

    public bool IsSameAs(Certificate other) => _raw.AsSpan().SequenceEqual(other._raw);

    /// <summary>
    /// Checks that this certificate was signed by a parent which may sign (upstream: <c>Certificate.CheckSignatureFrom</c>); answers
    /// the server's text of what is wrong, or null.
    /// </summary>
    public string? CheckSignatureFrom(Certificate parent)
    {
        var constraints = parent.Extensions;
        var maySign = constraints.HasBasicConstraints ? constraints.IsCa : parent.Version != 3;
        return !maySign || (constraints.HasKeyUsage && !constraints.MaySignCertificates)
            ? "x509: invalid signature: parent certificate cannot sign this kind of certificate"
            : parent.PublicKey is null
                ? "x509: cannot verify signature: algorithm unimplemented"
                : parent.PublicKey.Check(_signatureAlgorithm, _tbs, _signature);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 3);
        foreach (var octet in bytes.Span)
        {
            text.Append(text.Length == 0 ? "" : ":").Append(Convert.ToHexString([octet]));
        }

        return text.ToString();
    }

    private static Range RangeOf(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        whole.Overlaps(part, out var offset);
        return offset..(offset + part.Length);
    }

    private static ReadOnlySpan<byte> Element(ref DerReader tbs, string error) =>
        tbs.TryReadElement(DerTag.Sequence, out var element) ? element : throw new CertificateFormatException(error);

    private static int ReadVersion(ref DerReader tbs)
    {
        long version = 0;
        if (!tbs.TryReadOptional(DerTag.ConstructedContext(0), out var isPresent, out var inner)
            || (isPresent && (!inner.TryReadInt64(DerTag.Integer, out version) || !inner.IsEmpty)) || version is < 0 or > 3)
        {
            throw new CertificateFormatException("x509: malformed version");
        }

        return version < 3 ? (int)version + 1 : throw new CertificateFormatException("x509: invalid version");
    }

    private static SignatureAlgorithm? ReadSignatureAlgorithm(ref DerReader tbs, ref DerReader input)
    {
        if (!tbs.TryRead(DerTag.Sequence, out ReadOnlySpan<byte> inner))
        {
            throw new CertificateFormatException("x509: malformed signature algorithm identifier");
        }

        if (!input.TryRead(DerTag.Sequence, out ReadOnlySpan<byte> outer))
        {
            throw new CertificateFormatException("x509: malformed algorithm identifier");
        }

        return inner.SequenceEqual(outer)
            ? SignatureAlgorithm.Parse(inner)
            : throw new CertificateFormatException("x509: inner and outer signature algorithm identifiers don't match");
    }

    private static (CertificateTime NotBefore, CertificateTime NotAfter) ReadValidity(ref DerReader tbs)
    {
        if (!tbs.TryRead(DerTag.Sequence, out DerReader validity))
        {
            throw new CertificateFormatException("x509: malformed validity");
        }

        return CertificateTime.TryRead(ref validity, out var notBefore, out var error)
            && CertificateTime.TryRead(ref validity, out var notAfter, out error)
            ? (notBefore, notAfter)
            : throw new CertificateFormatException(error);
    }

    private static CertificateExtensions ReadExtensions(ref DerReader tbs, int version)
    {
        if (!tbs.TryReadOptional(DerTag.Context(1), out _, out _))
        {
            throw new CertificateFormatException("x509: malformed issuerUniqueID");
        }

        if (!tbs.TryReadOptional(DerTag.Context(2), out _, out _))
        {
            throw new CertificateFormatException("x509: malformed subjectUniqueID");
        }

        if (version < 3)
        {
            return CertificateExtensions.None;
        }

        return tbs.TryReadOptional(DerTag.ConstructedContext(3), out var isPresent, out var extensions)
            ? isPresent ? CertificateExtensions.Parse(extensions) : CertificateExtensions.None
            : throw new CertificateFormatException("x509: malformed extensions");
    }
}

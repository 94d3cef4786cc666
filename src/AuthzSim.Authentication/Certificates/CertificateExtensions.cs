namespace AuthzSim.Authentication.Certificates;

/// <summary>What the extensions of a certificate say (upstream: <c>crypto/x509.processExtensions</c>).</summary>
internal sealed record CertificateExtensions
{
    public static CertificateExtensions None { get; } = new();

    /// <summary>True when a critical extension is of a kind, or has contents, that the server does not handle.</summary>
    public bool HasUnhandledCritical { get; private set; }

    public bool HasKeyUsage { get; private set; }

    public bool MaySignCertificates { get; private set; }

    public bool HasBasicConstraints { get; private set; }

    public bool IsCa { get; private set; }

    /// <summary>How many intermediates may follow; null for any number.</summary>
    public long? MaxPathLength { get; private set; }

    public ReadOnlyMemory<byte> SubjectKeyId { get; private set; }

    public ReadOnlyMemory<byte> AuthorityKeyId { get; private set; }

    public bool HasExtendedKeyUsage { get; private set; }

    /// <summary>True when the extended key usages list client authentication or any usage.</summary>
    public bool AllowsClientAuth { get; private set; }

    /// <summary>The whole value of the subject alternative names, or null.</summary>
    public ReadOnlyMemory<byte>? RawAlternativeNames { get; private set; }

    public SubjectAlternativeNames AlternativeNames { get; private set; } = SubjectAlternativeNames.None;

    public NameConstraints? NameConstraints { get; private set; }

    public CertificatePolicies Policies { get; private set; } = CertificatePolicies.None;

    /// <exception cref="CertificateFormatException">The server's parser refuses them.</exception>
    public static CertificateExtensions Parse(DerReader wrapped)
    {
        if (!wrapped.TryRead(DerTag.Sequence, out DerReader list))
        {
            throw new CertificateFormatException("x509: malformed extensions");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var parsed = new List<(byte[] Oid, bool IsCritical, byte[] Value)>();
        while (!list.IsEmpty)
        {
            var extension = ReadOne(ref list);
            if (!seen.Add(Convert.ToHexString(extension.Oid)))
            {
                throw new CertificateFormatException(
                    $"x509: certificate contains duplicate extension with OID \"{ObjectIdentifiers.Text(extension.Oid)}\"");
            }

            parsed.Add(extension);
        }

        var result = new CertificateExtensions();
        foreach (var (oid, isCritical, value) in parsed)
        {
            if (!result.Handle(oid, isCritical, value) && isCritical)
            {
                result.HasUnhandledCritical = true;
            }
        }

        return result;
    }

    private static (byte[] Oid, bool IsCritical, byte[] Value) ReadOne(ref DerReader list)
    {
        if (!list.TryRead(DerTag.Sequence, out DerReader extension))
        {
            throw new CertificateFormatException("x509: malformed extension");
        }

        if (!extension.TryReadObjectIdentifier(out var oid))
        {
            throw new CertificateFormatException("x509: malformed extension OID field");
        }

        var isCritical = false;
        if (extension.NextIs(DerTag.Boolean) && !extension.TryReadBoolean(out isCritical))
        {
            throw new CertificateFormatException("x509: malformed extension critical field");
        }

        return extension.TryRead(DerTag.OctetString, out ReadOnlySpan<byte> value)
            ? (oid.ToArray(), isCritical, value.ToArray())
            : throw new CertificateFormatException("x509: malformed extension value field");
    }

    /// <summary>Takes in one extension; false when it is not handled.</summary>
    private bool Handle(byte[] oid, bool isCritical, byte[] value)
    {
        if (oid.AsSpan().SequenceEqual(ObjectIdentifiers.AuthorityInfoAccess))
        {
            UnusedExtensions.CheckAuthorityInfoAccess(isCritical, value);
            return true;
        }

        if (oid is not [0x55, 0x1d, var kind])
        {
            return false;
        }

        switch (kind)
        {
            case 14:
                SubjectKeyId = ReadSubjectKeyId(isCritical, value);
                return true;
            case 15:
                ReadKeyUsage(value);
                return true;
            case 17:
                RawAlternativeNames = value;
                AlternativeNames = SubjectAlternativeNames.Parse(value);
                return !AlternativeNames.IsEmpty;
            case 19:
                ReadBasicConstraints(value);
                return true;
            case 30:
                NameConstraints = NameConstraints.Parse(value, out var isHandled);
                return isHandled;
            case 31:
                UnusedExtensions.CheckDistributionPoints(value);
                return true;
            case 32 or 33 or 36 or 54:
                Policies = Policies.With(kind, value);
                return true;
            case 35:
                AuthorityKeyId = ReadAuthorityKeyId(isCritical, value);
                return true;
            case 37:
                ReadExtendedKeyUsage(value);
                return true;
            default:
                return false;
        }
    }

    private void ReadKeyUsage(ReadOnlySpan<byte> value)
    {
        const int Usages = 9;
        const int CertSign = 5;
        var reader = new DerReader(value);
        if (!reader.TryReadBitString(out var bits, out _))
        {
            throw new CertificateFormatException("x509: invalid key usage");
        }

        for (var i = 0; i < Usages; i++)
        {
            HasKeyUsage |= BitStrings.IsSet(bits, i);
        }

        MaySignCertificates = BitStrings.IsSet(bits, CertSign);
    }

    private void ReadBasicConstraints(ReadOnlySpan<byte> value)
    {
        var isCa = false;
        long pathLength = 0;
        var hasLength = false;
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader fields)
            || (fields.NextIs(DerTag.Boolean) && !fields.TryReadBoolean(out isCa))
            || ((hasLength = fields.NextIs(DerTag.Integer)) && (!fields.TryReadInt64(DerTag.Integer, out pathLength) || pathLength < 0)))
        {
            throw new CertificateFormatException("x509: invalid basic constraints");
        }

        (HasBasicConstraints, IsCa, MaxPathLength) = (true, isCa, hasLength ? pathLength : null);
    }

    private void ReadExtendedKeyUsage(ReadOnlySpan<byte> value)
    {
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader usages))
        {
            throw new CertificateFormatException("x509: invalid extended key usages");
        }

        while (!usages.IsEmpty)
        {
            if (!usages.TryReadObjectIdentifier(out var usage))
            {
                throw new CertificateFormatException("x509: invalid extended key usages");
            }

            HasExtendedKeyUsage = true;
            AllowsClientAuth |= usage.SequenceEqual(ObjectIdentifiers.ClientAuth)
                || usage.SequenceEqual(ObjectIdentifiers.AnyExtendedKeyUsage);
        }
    }

    private static byte[] ReadSubjectKeyId(bool isCritical, ReadOnlySpan<byte> value)
    {
        if (isCritical)
        {
            throw new CertificateFormatException("x509: subject key identifier incorrectly marked critical");
        }

        return new DerReader(value).TryRead(DerTag.OctetString, out ReadOnlySpan<byte> id)
            ? id.ToArray()
            : throw new CertificateFormatException("x509: invalid subject key identifier");
    }

    private static byte[] ReadAuthorityKeyId(bool isCritical, ReadOnlySpan<byte> value)
    {
        if (isCritical)
        {
            throw new CertificateFormatException("x509: authority key identifier incorrectly marked critical");
        }

        ReadOnlySpan<byte> id = default;
        return new DerReader(value).TryRead(DerTag.Sequence, out DerReader fields)
            && (!fields.NextIs(DerTag.Context(0)) || fields.TryRead(DerTag.Context(0), out id))
            ? id.ToArray()
            : throw new CertificateFormatException("x509: invalid authority key identifier");
    }
}

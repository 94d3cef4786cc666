using System.Collections.Immutable;
using System.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// What Kubernetes looks at of a subject, in DER order (upstream: <c>crypto/x509/pkix.Name</c>). Only values of a string type
/// become names; any other value is legal and ignored, save for the UID.
/// </summary>
internal sealed record DistinguishedName(string CommonName, ImmutableArray<string> Organizations, ImmutableArray<string?> Uids)
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="CertificateFormatException">The server's parser refuses the name.</exception>
    public static DistinguishedName Parse(ReadOnlySpan<byte> element)
    {
        var commonName = "";
        ImmutableArray<string> organizations = [];
        ImmutableArray<string?> uids = [];
        if (!new DerReader(element).TryRead(DerTag.Sequence, out DerReader sequence))
        {
            throw new CertificateFormatException("x509: invalid RDNSequence");
        }

        while (!sequence.IsEmpty)
        {
            if (!sequence.TryRead(DerTag.Set, out DerReader set))
            {
                throw new CertificateFormatException("x509: invalid RDNSequence");
            }

            while (!set.IsEmpty)
            {
                var value = ReadAttribute(ref set, out var type);
                if (type.SequenceEqual(ObjectIdentifiers.KubernetesUid))
                {
                    uids = uids.Add(value);
                }
                else if (value is not null && type.SequenceEqual(ObjectIdentifiers.CommonName))
                {
                    commonName = value;
                }
                else if (value is not null && type.SequenceEqual(ObjectIdentifiers.Organization))
                {
                    organizations = organizations.Add(value);
                }
            }
        }

        return new DistinguishedName(commonName, organizations, uids);
    }

    private static string? ReadAttribute(ref DerReader set, out ReadOnlySpan<byte> type)
    {
        if (!set.TryRead(DerTag.Sequence, out DerReader attribute))
        {
            throw new CertificateFormatException("x509: invalid RDNSequence: invalid attribute");
        }

        if (!attribute.TryReadObjectIdentifier(out type))
        {
            throw new CertificateFormatException("x509: invalid RDNSequence: invalid attribute type");
        }

        var copy = attribute;
        string? value = null;
        var error = attribute.TryReadAny(out var tag, out _, out var content)
            ? Value(tag, content, ref copy, out value)
            : "invalid ASN.1 element";
        return error is null
            ? value
            : throw new CertificateFormatException("x509: invalid RDNSequence: invalid attribute value: " + error);
    }

    /// <summary>The text of a string type, or null; answers what is wrong with the value.</summary>
    private static string? Value(byte tag, ReadOnlySpan<byte> content, ref DerReader reader, out string? value)
    {
        value = null;
        switch (tag)
        {
            case DerTag.T61String:
                value = Encoding.Latin1.GetString(content);
                return null;
            case DerTag.PrintableString:
                value = Encoding.Latin1.GetString(content);
                return value.All(IsPrintable) ? null : "invalid PrintableString";
            case DerTag.Utf8String:
                return TryUtf8(content, out value) ? null : "invalid UTF-8 string";
            case DerTag.BmpString:
                return TryBmp(content, out value) ? null : "invalid BMPString";
            case DerTag.Ia5String:
                value = Encoding.Latin1.GetString(content);
                return Ascii.IsValid(content) ? null : "invalid IA5String";
            case DerTag.NumericString:
                value = Encoding.Latin1.GetString(content);
                return value.All(c => char.IsAsciiDigit(c) || c == ' ') ? null : "invalid NumericString";
            case DerTag.Integer:
                return reader.TryReadInt64(DerTag.Integer, out _) ? null : "invalid ASN.1 integer";
            case DerTag.BitString:
                return reader.TryReadBitString(out _, out _) ? null : "invalid ASN.1 BIT STRING";
            case DerTag.ObjectIdentifier:
                return reader.TryReadObjectIdentifier(out _) ? null : "invalid ASN.1 OBJECT IDENTIFIER";
            case DerTag.Boolean:
                return reader.TryReadBoolean(out _) ? null : "invalid ASN.1 BOOLEAN";
            case DerTag.UtcTime or DerTag.GeneralizedTime:
                return CertificateTime.TryRead(ref reader, out _, out var error) ? null : error;
            default:
                return null;
        }
    }

    private static bool IsPrintable(char c) =>
        char.IsAsciiLetterOrDigit(c)
            || c is (>= '\'' and <= ')') or (>= '+' and <= '/') or ' ' or ':' or '=' or '?' or '*' or '&';

    private static bool TryUtf8(ReadOnlySpan<byte> content, out string? value)
    {
        var isValid = System.Text.Unicode.Utf8.IsValid(content);
        value = isValid ? _utf8.GetString(content) : null;
        return isValid;
    }

    /// <summary>The basic plane only, without its noncharacters, and without one closing zero.</summary>
    private static bool TryBmp(ReadOnlySpan<byte> content, out string? value)
    {
        value = null;
        if (content.Length % 2 != 0)
        {
            return false;
        }

        value = Encoding.BigEndianUnicode.GetString(content is [.., 0, 0] ? content[..^2] : content);
        for (var i = 0; i < value.Length * 2; i += 2)
        {
            var point = (content[i] << 8) | content[i + 1];
            if (point is 0xfffe or 0xffff or (>= 0xfdd0 and <= 0xfdef) or (>= 0xd800 and <= 0xdfff))
            {
                return false;
            }
        }

        return true;
    }
}

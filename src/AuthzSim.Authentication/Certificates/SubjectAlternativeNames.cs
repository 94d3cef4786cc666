using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>The names beside the subject; they count only where a CA constrains names.</summary>
internal sealed record SubjectAlternativeNames
{
    public static SubjectAlternativeNames None { get; } = new();

    public ImmutableArray<string> DnsNames { get; private init; } = [];

    public ImmutableArray<string> Emails { get; private init; } = [];

    public ImmutableArray<IPAddress> Addresses { get; private init; } = [];

    public ImmutableArray<UriName> Uris { get; private init; } = [];

    public bool IsEmpty => DnsNames.IsEmpty && Emails.IsEmpty && Addresses.IsEmpty && Uris.IsEmpty;

    /// <exception cref="CertificateFormatException">The server's parser refuses them.</exception>
    public static SubjectAlternativeNames Parse(ReadOnlySpan<byte> value)
    {
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader names))
        {
            throw new CertificateFormatException("x509: invalid subject alternative names");
        }

        var dnsNames = ImmutableArray.CreateBuilder<string>();
        var emails = ImmutableArray.CreateBuilder<string>();
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        var uris = ImmutableArray.CreateBuilder<UriName>();
        while (!names.IsEmpty)
        {
            if (!names.TryReadAny(out var tag, out _, out var name))
            {
                throw new CertificateFormatException("x509: invalid subject alternative name");
            }

            switch (tag ^ 0x80)
            {
                case 1:
                    emails.Add(AsciiText(name, "rfc822Name"));
                    break;
                case 2:
                    dnsNames.Add(AsciiText(name, "dNSName"));
                    break;
                case 6:
                    uris.Add(ReadUri(AsciiText(name, "uniformResourceIdentifier")));
                    break;
                case 7:
                    addresses.Add(ReadAddress(name));
                    break;
            }
        }

        return new SubjectAlternativeNames
        {
            DnsNames = dnsNames.ToImmutable(),
            Emails = emails.ToImmutable(),
            Addresses = addresses.ToImmutable(),
            Uris = uris.ToImmutable(),
        };
    }

    private static string AsciiText(ReadOnlySpan<byte> name, string kind) =>
        Ascii.IsValid(name)
            ? Encoding.ASCII.GetString(name)
            : throw new CertificateFormatException($"x509: SAN {kind} is malformed");

    private static UriName ReadUri(string text)
    {
        if (!UriName.TryParse(text, out var uri, out var error))
        {
            throw new CertificateFormatException(
                $"x509: cannot parse URI {GoText.Quote(text)}: parse {GoText.Quote(text)}: {error}");
        }

        return uri.Host.Length == 0 || DomainName.IsValid(uri.Host, isConstraint: false)
            ? uri
            : throw new CertificateFormatException($"x509: cannot parse URI {GoText.Quote(text)}: invalid domain");
    }

    private static IPAddress ReadAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (4 or 16))
        {
            throw new CertificateFormatException(
                "x509: cannot parse IP address of length " + bytes.Length.ToString(CultureInfo.InvariantCulture));
        }

        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6
            ? throw new CertificateFormatException("x509: SAN iPAddress contains IPv4-mapped IPv6 address")
            : address;
    }
}

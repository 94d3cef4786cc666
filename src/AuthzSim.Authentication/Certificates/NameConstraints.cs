using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>The names a CA may, and may not, vouch for.</summary>
internal sealed record NameConstraints(NameSubtrees Permitted, NameSubtrees Excluded)
{
    private const string Malformed = "x509: invalid NameConstraints extension";

    /// <exception cref="CertificateFormatException">The server's parser refuses them.</exception>
    public static NameConstraints Parse(ReadOnlySpan<byte> value, out bool isHandled)
    {
        isHandled = true;
        var outer = new DerReader(value);
        if (!outer.TryRead(DerTag.Sequence, out DerReader fields) || !outer.IsEmpty
            || !fields.TryReadOptional(DerTag.ConstructedContext(0), out var hasPermitted, out var permitted)
            || !fields.TryReadOptional(DerTag.ConstructedContext(1), out var hasExcluded, out var excluded) || !fields.IsEmpty)
        {
            throw new CertificateFormatException(Malformed);
        }

        if (!hasPermitted && !hasExcluded)
        {
            throw new CertificateFormatException("x509: empty name constraints extension");
        }

        if ((hasPermitted && permitted.IsEmpty) || (hasExcluded && excluded.IsEmpty))
        {
            throw new CertificateFormatException("x509: empty name constraints subtree sequence");
        }

        return new NameConstraints(ReadSubtrees(permitted, ref isHandled), ReadSubtrees(excluded, ref isHandled));
    }

    private static NameSubtrees ReadSubtrees(DerReader subtrees, ref bool isHandled)
    {
        var dnsNames = ImmutableArray.CreateBuilder<string>();
        var emails = ImmutableArray.CreateBuilder<string>();
        var uris = ImmutableArray.CreateBuilder<string>();
        var networks = ImmutableArray.CreateBuilder<AddressRange>();
        while (!subtrees.IsEmpty)
        {
            if (!subtrees.TryRead(DerTag.Sequence, out DerReader subtree)
                || !subtree.TryReadAny(out var tag, out _, out var name))
            {
                throw new CertificateFormatException(Malformed);
            }

            switch (tag ^ 0x80)
            {
                case 1:
                    emails.Add(ReadEmail(AsciiText(name)));
                    break;
                case 2:
                    dnsNames.Add(ReadDomain(AsciiText(name), "dnsName"));
                    break;
                case 6:
                    uris.Add(ReadUriDomain(AsciiText(name)));
                    break;
                case 7:
                    networks.Add(ReadNetwork(name));
                    break;
                default:
                    isHandled = false;
                    break;
            }
        }

        return new NameSubtrees(dnsNames.ToImmutable(), emails.ToImmutable(), uris.ToImmutable(), networks.ToImmutable());
    }

    private static string AsciiText(ReadOnlySpan<byte> name) => Ascii.IsValid(name)
        ? Encoding.ASCII.GetString(name)
        : throw new CertificateFormatException(
            $"x509: invalid constraint value: x509: {GoText.Quote(Encoding.UTF8.GetString(name))} cannot be encoded as an IA5String");

    private static string ReadDomain(string domain, string kind) => DomainName.IsValid(domain, isConstraint: true)
        ? domain
        : throw new CertificateFormatException($"x509: failed to parse {kind} constraint {GoText.Quote(domain)}");

    private static string ReadEmail(string email)
    {
        if (!email.Contains('@', StringComparison.Ordinal))
        {
            return ReadDomain(email, "rfc822Name");
        }

        return Mailbox.Parse(email) is null
            ? throw new CertificateFormatException($"x509: failed to parse rfc822Name constraint {GoText.Quote(email)}")
            : email;
    }

    private static string ReadUriDomain(string domain) => AddressRange.IsAddress(domain)
        ? throw new CertificateFormatException(
            $"x509: failed to parse URI constraint {GoText.Quote(domain)}: cannot be IP address")
        : ReadDomain(domain, "URI");

    private static AddressRange ReadNetwork(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (8 or 32))
        {
            throw new CertificateFormatException(
                "x509: IP constraint contained value of length " + value.Length.ToString(CultureInfo.InvariantCulture));
        }

        var half = value.Length / 2;
        var range = new AddressRange(value[..half].ToArray(), value[half..].ToArray());
        if (range.PrefixLength < 0)
        {
            throw new CertificateFormatException(
                "x509: IP constraint contained invalid mask " + Convert.ToHexString(value[half..]).ToLowerInvariant());
        }

        return new IPAddress(value[..half]).IsIPv4MappedToIPv6
            ? throw new CertificateFormatException("x509: IP constraint contained IPv4-mapped IPv6 address")
            : range;
    }
}

/// <summary>Subtrees of names by their kind.</summary>
internal sealed record NameSubtrees(
    ImmutableArray<string> DnsNames, ImmutableArray<string> Emails, ImmutableArray<string> UriDomains, ImmutableArray<AddressRange> Networks);

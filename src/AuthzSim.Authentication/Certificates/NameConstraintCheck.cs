using System.Collections.Immutable;
using System.Net;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Holds the names of a chain against its constraints (upstream: <c>checkChainConstraints</c> of
/// <c>crypto/x509/constraints.go</c>).
/// </summary>
internal sealed class NameConstraintCheck
{
    private readonly (AddressConstraintSet? Permitted, AddressConstraintSet? Excluded) _addresses;
    private readonly (DomainConstraintSet? Permitted, DomainConstraintSet? Excluded) _dnsNames;
    private readonly (DomainConstraintSet? Permitted, DomainConstraintSet? Excluded) _uris;
    private readonly (EmailConstraintSet? Permitted, EmailConstraintSet? Excluded) _emails;

    private delegate bool Finder<T>(T name, out string subtree);

    private NameConstraintCheck(NameConstraints c)
    {
        _addresses = (Of(c.Permitted.Networks, n => new AddressConstraintSet(n)), Of(c.Excluded.Networks, n => new AddressConstraintSet(n)));
        _dnsNames = (Domains(c.Permitted.DnsNames, true), Domains(c.Excluded.DnsNames, false));
        _uris = (Domains(c.Permitted.UriDomains, true), Domains(c.Excluded.UriDomains, false));
        _emails = (Of(c.Permitted.Emails, e => new EmailConstraintSet(e, true)), Of(c.Excluded.Emails, e => new EmailConstraintSet(e, false)));
    }

    /// <summary>
    /// What is wrong with the names of a chain, leaf first; null when every CA may vouch for what lies below it.
    /// </summary>
    public static string? Check(ImmutableArray<Certificate> chain)
    {
        var checks = new NameConstraintCheck?[chain.Length];
        var highest = -1;
        for (var i = 0; i < chain.Length; i++)
        {
            if (chain[i].Extensions.NameConstraints is { } constraints)
            {
                (checks[i], highest) = (new NameConstraintCheck(constraints), i);
            }
        }

        for (var i = 0; i < highest; i++)
        {
            if (chain[i].Extensions.RawAlternativeNames is null)
            {
                continue;
            }

            var names = chain[i].Extensions.AlternativeNames;
            var hosts = new List<(UriName Uri, string Host)>();
            var mailboxes = new List<Mailbox>();
            if ((ReadHosts(names, hosts) ?? ReadMailboxes(names, mailboxes)) is { } malformed)
            {
                return malformed;
            }

            foreach (var check in checks.Skip(i + 1).OfType<NameConstraintCheck>())
            {
                if (check.Check(names, hosts, mailboxes) is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static TSet? Of<T, TSet>(ImmutableArray<T> subtrees, Func<ImmutableArray<T>, TSet> make)
        where TSet : class => subtrees.IsEmpty ? null : make(subtrees);

    private static DomainConstraintSet? Domains(ImmutableArray<string> subtrees, bool isPermitted) =>
        Of(subtrees, s => new DomainConstraintSet(s, isPermitted));

    private static string? ReadHosts(SubjectAlternativeNames names, List<(UriName Uri, string Host)> hosts)
    {
        foreach (var uri in names.Uris)
        {
            var host = uri.Host.ToLowerInvariant();
            if (host.Length == 0)
            {
                return $"URI with empty host ({GoText.Quote(uri.Text)}) cannot be matched against constraints";
            }

            if (host.Contains(':', StringComparison.Ordinal) && !host.EndsWith(']'))
            {
                var colon = host.LastIndexOf(':');
                var name = uri.Host[..colon];
                if (!name.StartsWith('[') && name.Contains(':', StringComparison.Ordinal))
                {
                    return $"cannot parse URI host {GoText.Quote(uri.Host)}: address {uri.Host}: too many colons in address";
                }

                host = name.TrimStart('[').TrimEnd(']');
            }

            if (AddressRange.IsAddress(host) || (host.StartsWith('[') && host.EndsWith(']')))
            {
                return $"URI with IP ({GoText.Quote(uri.Text)}) cannot be matched against constraints";
            }

            hosts.Add((uri, host));
        }

        return null;
    }

    private static string? ReadMailboxes(SubjectAlternativeNames names, List<Mailbox> mailboxes)
    {
        foreach (var email in names.Emails)
        {
            if (Mailbox.Parse(email) is not { } mailbox)
            {
                return $"cannot parse rfc822Name {GoText.Quote(email)}";
            }

            mailboxes.Add(mailbox with { Domain = mailbox.Domain.ToLowerInvariant() });
        }

        return null;
    }

    private static string? Check<T>(string kind, string shown, T name, Finder<T>? permitted, Finder<T>? excluded)
    {
        if (permitted is not null && !permitted(name, out _))
        {
            return $"{kind} {shown} is not permitted by any constraint";
        }

        return excluded is not null && excluded(name, out var subtree)
            ? $"{kind} {shown} is excluded by constraint {GoText.Quote(subtree)}"
            : null;
    }

    private string? Check(SubjectAlternativeNames names, List<(UriName Uri, string Host)> hosts, List<Mailbox> mailboxes)
    {
        foreach (var address in names.Addresses)
        {
            if (Check("IP address", $"\"{new IPAddress(address.GetAddressBytes())}\"", address.GetAddressBytes(), FinderOf(_addresses.Permitted), FinderOf(_addresses.Excluded)) is { } error)
            {
                return error;
            }
        }

        foreach (var name in names.DnsNames)
        {
            var error = DomainName.IsValid(name, isConstraint: false)
                ? Check("DNS name", GoText.Quote(name), name, FinderOf(_dnsNames.Permitted), FinderOf(_dnsNames.Excluded))
                : $"x509: cannot parse dnsName {GoText.Quote(name)}";
            if (error is not null)
            {
                return error;
            }
        }

        foreach (var (uri, host) in hosts)
        {
            if (Check("URI", GoText.Quote(uri.Text), host, FinderOf(_uris.Permitted), FinderOf(_uris.Excluded)) is { } error)
            {
                return error;
            }
        }

        foreach (var mailbox in mailboxes)
        {
            var shown = $"{{{GoText.Quote(mailbox.Local)} {GoText.Quote(mailbox.Domain)}}}";
            if (Check("email address", shown, mailbox, _emails.Permitted is null ? null : _emails.Permitted.TryFind, _emails.Excluded is null ? null : _emails.Excluded.TryFind) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static Finder<byte[]>? FinderOf(AddressConstraintSet? set) => set is null ? null : set.TryFind;

    private static Finder<string>? FinderOf(DomainConstraintSet? set) => set is null ? null : set.TryFind;
}

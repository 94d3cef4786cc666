namespace AuthzSim.Authentication.Certificates;

/// <summary>Certificates found by their subject's DER, each once (upstream: <c>crypto/x509.CertPool</c>). Immutable.</summary>
internal sealed class CertificatePool
{
    private readonly Dictionary<string, List<Certificate>> _bySubject = new(StringComparer.Ordinal);

    public CertificatePool(ReadOnlySpan<Certificate> certificates)
    {
        foreach (var certificate in certificates)
        {
            var key = Convert.ToHexString(certificate.RawSubject);
            if (!_bySubject.TryGetValue(key, out var same))
            {
                _bySubject[key] = same = [];
            }

            if (!same.Exists(certificate.IsSameAs))
            {
                same.Add(certificate);
            }
        }
    }

    public bool Contains(Certificate certificate) =>
        _bySubject.TryGetValue(Convert.ToHexString(certificate.RawSubject), out var same) && same.Exists(certificate.IsSameAs);

    /// <summary>
    /// Those which bear the issuer's name: first those whose key identifiers agree, last those whose identifiers differ.
    /// </summary>
    public IEnumerable<Certificate> PotentialParents(Certificate child)
    {
        if (!_bySubject.TryGetValue(Convert.ToHexString(child.RawIssuer), out var named))
        {
            return [];
        }

        return named.Count == 1
            ? named
            : named.OrderBy(c => Distance(c.Extensions.SubjectKeyId.Span, child.Extensions.AuthorityKeyId.Span));
    }

    private static int Distance(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> authority) =>
        subject.SequenceEqual(authority) ? 0 : subject.IsEmpty != authority.IsEmpty ? 1 : 2;
}

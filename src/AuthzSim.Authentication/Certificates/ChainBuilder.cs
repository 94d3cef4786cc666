using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Looks for chains from a leaf to a root (upstream: <c>buildChains</c> and <c>isValid</c> of <c>crypto/x509/verify.go</c>).
/// </summary>
internal sealed class ChainBuilder(CertificatePool roots, CertificatePool? intermediates, DateTimeOffset now)
{
    private const int MostSignatureChecks = 100;

    private enum Role
    {
        Leaf,
        Intermediate,
        Root,
    }

    private int _signatureChecks;

    /// <summary>Answers what is wrong, or null and the chains found, leaf first, the most plausible first.</summary>
    public string? Build(Certificate leaf, out List<ImmutableArray<Certificate>> chains)
    {
        chains = [];
        if (Fault(leaf, Role.Leaf, []) is { } fault)
        {
            return fault;
        }

        if (roots.Contains(leaf))
        {
            chains.Add([leaf]);
            return null;
        }

        return Extend([leaf], chains);
    }

    private string? Extend(ImmutableArray<Certificate> chain, List<ImmutableArray<Certificate>> chains)
    {
        var search = new Search(chain, chains.Count);
        foreach (var root in roots.PotentialParents(chain[^1]))
        {
            Consider(root, Role.Root, search, chains);
        }

        foreach (var intermediate in intermediates?.PotentialParents(chain[^1]) ?? [])
        {
            Consider(intermediate, Role.Intermediate, search, chains);
        }

        return chains.Count > search.ChainsBefore ? null : search.Error ?? UnknownAuthority(search);
    }

    private void Consider(Certificate candidate, Role role, Search search, List<ImmutableArray<Certificate>> chains)
    {
        if (candidate.PublicKey is null || IsInChain(candidate, search.Chain))
        {
            return;
        }

        if (++_signatureChecks > MostSignatureChecks)
        {
            search.Error = "x509: signature check attempts limit reached while verifying certificate chain";
            return;
        }

        if (search.Chain[^1].CheckSignatureFrom(candidate) is { } signatureFault)
        {
            search.Hint(candidate, signatureFault);
            return;
        }

        // Upstream lets a later candidate's success wipe out an earlier candidate's error, and its texts show it.
        search.Error = Fault(candidate, role, search.Chain);
        if (search.Error is not null)
        {
            search.Hint(candidate, search.Error);
            return;
        }

        if (role == Role.Root)
        {
            chains.Add(search.Chain.Add(candidate));
            return;
        }

        search.Error = Extend(search.Chain.Add(candidate), chains);
    }

    private string? Fault(Certificate certificate, Role role, ImmutableArray<Certificate> chain)
    {
        var extensions = certificate.Extensions;
        if (extensions.HasUnhandledCritical)
        {
            return "x509: unhandled critical extension";
        }

        if (certificate.NotBefore.IsAfter(now))
        {
            return Expired($"before {certificate.NotBefore}");
        }

        if (certificate.NotAfter.IsBefore(now))
        {
            return Expired($"after {certificate.NotAfter}");
        }

        if (role == Role.Intermediate && !(extensions.HasBasicConstraints && extensions.IsCa))
        {
            return "x509: certificate is not authorized to sign other certificates";
        }

        return extensions.HasBasicConstraints && chain.Length - 1 > extensions.MaxPathLength
            ? "x509: too many intermediates for path length constraint"
            : null;
    }

    private string Expired(string detail) =>
        $"x509: certificate has expired or is not yet valid: current time {CertificateTime.Rfc3339(now)} is {detail}";

    /// <summary>The same subject, key and alternative names make a loop, whatever else differs.</summary>
    private static bool IsInChain(Certificate candidate, ImmutableArray<Certificate> chain)
    {
        foreach (var certificate in chain)
        {
            if (!candidate.RawSubject.SequenceEqual(certificate.RawSubject)
                || !candidate.RawKey.SequenceEqual(certificate.RawKey))
            {
                continue;
            }

            var (mine, theirs) = (candidate.Extensions.RawAlternativeNames, certificate.Extensions.RawAlternativeNames);
            if (mine is null || theirs is null)
            {
                return mine is null && theirs is null;
            }

            if (mine.Value.Span.SequenceEqual(theirs.Value.Span))
            {
                return true;
            }
        }

        return false;
    }

    private static string UnknownAuthority(Search search)
    {
        const string Text = "x509: certificate signed by unknown authority";
        if (search.HintedCertificate is not { } certificate)
        {
            return Text;
        }

        var subject = certificate.Subject;
        var name = subject.CommonName.Length > 0 ? subject.CommonName
            : subject.Organizations.Length > 0 ? subject.Organizations[0]
            : $"serial:{certificate.SerialNumber}";
        return $"{Text} (possibly because of {GoText.Quote(search.HintedFault)} while trying to verify candidate authority certificate {GoText.Quote(name)})";
    }

    /// <summary>The candidates for one parent: the last error, and the first as a hint.</summary>
    private sealed class Search(ImmutableArray<Certificate> chain, int chainsBefore)
    {
        public ImmutableArray<Certificate> Chain => chain;

        public int ChainsBefore => chainsBefore;

        public string? Error { get; set; }

        public string HintedFault { get; private set; } = "";

        public Certificate? HintedCertificate { get; private set; }

        public void Hint(Certificate certificate, string fault)
        {
            if (HintedCertificate is null)
            {
                (HintedCertificate, HintedFault) = (certificate, fault);
            }
        }
    }
}

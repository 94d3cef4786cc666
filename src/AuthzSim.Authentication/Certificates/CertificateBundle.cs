using System.Collections.Immutable;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// The certificates of <c>--client-ca-file</c> or <c>--requestheader-client-ca-file</c>: trust anchors all of them, and the only
/// ones (upstream: <c>k8s.io/client-go/util/cert.ParseCertsPEM</c> into a <c>crypto/x509.CertPool</c>). Immutable.
/// </summary>
public sealed class CertificateBundle
{
    private CertificateBundle(ImmutableArray<Certificate> certificates)
    {
        Certificates = [.. certificates.Select(c => c.Raw)];
        Pool = new CertificatePool(certificates.AsSpan());
    }

    /// <summary>The certificates as DER, in the order of the file.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Certificates { get; }

    internal CertificatePool Pool { get; }

    /// <summary>Reads a bundle: PEM blocks of any type but CERTIFICATE, and blocks with headers, are passed over.</summary>
    /// <param name="pem">The contents of the file.</param>
    /// <exception cref="CertificateFormatException">No certificate, or one that the server's parser refuses.</exception>
    public static CertificateBundle Parse(ReadOnlySpan<byte> pem)
    {
        ImmutableArray<Certificate> certificates =
            [.. PemBlock.ReadAll(pem).Where(b => b.IsCertificate && !b.HasHeaders).SelectMany(b => Certificate.ParseAll(b.Der))];
        return certificates.IsEmpty
            ? throw new CertificateFormatException("data does not contain any valid RSA or ECDSA certificates")
            : new CertificateBundle(certificates);
    }
}

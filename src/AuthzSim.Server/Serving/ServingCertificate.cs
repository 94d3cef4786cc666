using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Server.Serving;

/// <summary>The certificate that a server shows, with its key and what stands between it and an authority.</summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="Intermediates">The others of its file.</param>
public sealed record ServingCertificate(X509Certificate2 Certificate, X509Certificate2Collection Intermediates) : IDisposable
{
    /// <summary>Reads PEM files (upstream: <c>--tls-cert-file</c>, <c>--tls-private-key-file</c>).</summary>
    /// <param name="certificateFile">The certificate, followed by intermediate ones.</param>
    /// <param name="keyFile">Its private key.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="CryptographicException">They are no certificate and key, or do not belong together.</exception>
    public static ServingCertificate Load(string certificateFile, string keyFile)
    {
        ArgumentNullException.ThrowIfNull(certificateFile);
        ArgumentNullException.ThrowIfNull(keyFile);
        var pem = File.ReadAllText(certificateFile);
        var certificate = WithKey(pem, File.ReadAllText(keyFile));
        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPem(pem);
        intermediates.RemoveAt(0);
        return new ServingCertificate(certificate, intermediates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Intermediates)
        {
            certificate.Dispose();
        }
    }

    internal static X509Certificate2 WithKey(string certificatePem, string keyPem)
    {
        using var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);

        // Windows cannot serve with a key that is nowhere but in memory.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}

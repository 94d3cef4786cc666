using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Bench.Servers;

/// <summary>The certificate that both servers of a comparison show.</summary>
internal static class BenchCertificate
{
    public const string Subject = "CN=authzsim-bench";

    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}

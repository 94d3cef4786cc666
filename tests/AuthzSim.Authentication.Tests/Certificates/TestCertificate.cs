using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthzSim.Authentication.Certificates;

namespace AuthzSim.Authentication.Tests.Certificates;

/// <summary>Certificates made by .NET, each with its key.</summary>
internal sealed class TestCertificate(byte[] der, byte[] key, X500DistinguishedName subject)
{
    public static DateTimeOffset Now { get; } = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset NotBefore { get; } = Now.AddDays(-10);

    public static DateTimeOffset NotAfter { get; } = Now.AddDays(10);

    public ReadOnlyMemory<byte> Der => der;

    public static X509Extension Ca(int? pathLength = null) =>
        new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true);

    public static X509Extension Usage(params string[] oids)
    {
        var usages = new OidCollection();
        foreach (var oid in oids)
        {
            usages.Add(new Oid(oid));
        }

        return new X509EnhancedKeyUsageExtension(usages, false);
    }

    public static X509Extension Raw(string oid, string hex, bool isCritical = false) =>
        new(oid, Convert.FromHexString(hex), isCritical);

    public static TestCertificate SelfSigned(string subject, params X509Extension[] extensions) =>
        Make(subject, null, extensions);

    public TestCertificate Issue(string subject, params X509Extension[] extensions) => Make(subject, this, extensions);

    public TestCertificate Issue(string subject, DateTimeOffset from, DateTimeOffset to, params X509Extension[] extensions) =>
        Make(subject, this, extensions, from, to);

    public static CertificateBundle Bundle(params TestCertificate[] roots) =>
        CertificateBundle.Parse(
            Encoding.ASCII.GetBytes(string.Join('\n', roots.Select(r => PemEncoding.WriteString("CERTIFICATE", r.Der.Span)))));

    /// <summary>The error, or the common name after an equals sign.</summary>
    public static string Verify(TestCertificate root, DateTimeOffset now, params TestCertificate[] peers) =>
        Verify(Bundle(root), now, [.. peers.Select(p => p.Der)]);

    public static string Verify(CertificateBundle roots, DateTimeOffset now, ImmutableArray<ReadOnlyMemory<byte>> peers)
    {
        var verification = new CertificateVerifier(roots, new FixedClock(now)).Verify(peers);
        return verification.Error ?? "=" + verification.CommonName;
    }

    private static TestCertificate Make(
        string subject, TestCertificate? issuer, X509Extension[] extensions, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signingKey = ECDsa.Create();
        signingKey.ImportPkcs8PrivateKey(issuer?.Key ?? key.ExportPkcs8PrivateKey(), out _);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var certificate = request.Create(
            issuer?.Subject ?? request.SubjectName, X509SignatureGenerator.CreateForECDsa(signingKey), from ?? NotBefore, to ?? NotAfter,
            [1, .. RandomNumberGenerator.GetBytes(7)]);
        return new TestCertificate(certificate.RawData, key.ExportPkcs8PrivateKey(), request.SubjectName);
    }

    private X500DistinguishedName Subject => subject;

    private byte[] Key => key;
}

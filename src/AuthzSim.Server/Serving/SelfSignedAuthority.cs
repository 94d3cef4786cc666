using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Server.Serving;

/// <summary>
/// An authority of the server's own, kept in a folder (upstream: <c>--cert-dir</c>): made on the first start, so that clients which
/// trust it go on to do so.
/// </summary>
public sealed class SelfSignedAuthority : IDisposable
{
    private const string Name = "authzsim-ca";
    private static readonly TimeSpan _clockSkew = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _authority;
    private readonly string _folder;
    private readonly TimeProvider _time;

    private SelfSignedAuthority(X509Certificate2 authority, string folder, TimeProvider time) =>
        (_authority, _folder, _time) = (authority, folder, time);

    /// <summary>The file with the authority's certificate.</summary>
    public string CertificateFile => Path.Combine(_folder, "ca.crt");

    /// <summary>The authority's certificate as PEM.</summary>
    public string CertificatePem => _authority.ExportCertificatePem() + "\n";

    /// <summary>Opens the authority in a folder, or makes one there.</summary>
    /// <param name="folder">The folder, which only its owner should read.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    /// <exception cref="CryptographicException">What is there is no authority.</exception>
    public static SelfSignedAuthority Open(string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        PrivateFile.CreateFolder(folder);
        var (certificateFile, keyFile) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key"));
        if (File.Exists(certificateFile) && File.Exists(keyFile))
        {
            var found = ServingCertificate.WithKey(File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
            if (found.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddYears(1))
            {
                return new SelfSignedAuthority(found, folder, time);
            }

            found.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now - _clockSkew, now.AddYears(10));

        // The key first: a certificate without its key would be taken for somebody else's.
        PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateFile.Write(certificateFile, made.ExportCertificatePem() + "\n");
        return new SelfSignedAuthority(ServingCertificate.WithKey(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()), folder, time);
    }

    /// <summary>The certificate of a server at an address; one that was made before is used as long as it will do.</summary>
    /// <param name="address">The address it listens at.</param>
    public ServingCertificate ServerCertificate(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var (certificateFile, keyFile) = (Path.Combine(_folder, "apiserver.crt"), Path.Combine(_folder, "apiserver.key"));
        if (File.Exists(certificateFile) && File.Exists(keyFile))
        {
            var found = ServingCertificate.Load(certificateFile, keyFile);
            if (WillDo(found.Certificate, address))
            {
                return found;
            }

            found.Dispose();
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddDnsName("kubernetes");
        names.AddDnsName("kubernetes.default.svc");
        foreach (var own in new[] { address, IPAddress.Loopback, IPAddress.IPv6Loopback }.Distinct())
        {
            names.AddIpAddress(own);
        }

        var (certificate, key) = Issue("CN=authzsim", "1.3.6.1.5.5.7.3.1", names.Build(), years: 1);
        PrivateFile.Write(keyFile, key);
        PrivateFile.Write(certificateFile, certificate);
        return ServingCertificate.Load(certificateFile, keyFile);
    }

    /// <summary>A client certificate, as PEM with its key (upstream: the user is the common name, the groups are organizations).</summary>
    /// <param name="user">The user.</param>
    /// <param name="group">The group.</param>
    public (string CertificatePem, string KeyPem) ClientCertificate(string user, string group) =>
        Issue($"CN={user}, O={group}", "1.3.6.1.5.5.7.3.2", null, years: 1);

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    private bool WillDo(X509Certificate2 certificate, IPAddress address) =>
        certificate.Issuer == _authority.Subject
        && certificate.NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime.AddDays(30)
        && certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any(e => e.EnumerateIPAddresses().Contains(address))
        && IsSigned(certificate);

    private bool IsSigned(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private (string CertificatePem, string KeyPem) Issue(string subject, string purpose, X509Extension? names, int years)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        var now = _time.GetUtcNow();
        using var certificate = request.Create(_authority, now - _clockSkew, now.AddYears(years), RandomNumberGenerator.GetBytes(16));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}

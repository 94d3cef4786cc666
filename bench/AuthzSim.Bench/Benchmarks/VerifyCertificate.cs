using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Certificates;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// From the DER of a client's certificate to a user; the floor is .NET's X509Chain alone, which is given the leaf already parsed.
/// </summary>
[MemoryDiagnoser]
public class VerifyCertificate
{
    private X509Certificate2 _root = null!;
    private X509Certificate2 _leaf = null!;
    private X509Authenticator _authenticator = null!;
    private AuthenticationRequest _request = null!;

    /// <summary>Whose key signs the leaf.</summary>
    [Params("RSA-2048", "P-256")]
    public string Authority { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var isRsa = Authority.StartsWith("RSA", StringComparison.Ordinal);
        var authority = isRsa
            ? new CertificateRequest("CN=ca", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=ca", ecdsa, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using var leaf = new CertificateRequest("CN=user, O=group", leafKey, HashAlgorithmName.SHA256)
            .Create(root, now.AddDays(-1), now.AddDays(29), [1, 2, 3, 4]);
        _root = X509CertificateLoader.LoadCertificate(root.RawData);
        _leaf = X509CertificateLoader.LoadCertificate(leaf.RawData);
        var bundle = CertificateBundle.Parse(Encoding.ASCII.GetBytes(root.ExportCertificatePem()));
        _authenticator = new X509Authenticator(new CertificateVerifier(bundle, TimeProvider.System));
        _request = new AuthenticationRequest { PeerCertificates = [leaf.RawData] };
    }

    [Benchmark(Baseline = true)]
    public bool X509ChainBuild()
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(_leaf);
    }

    [Benchmark]
    public AuthenticationResult Authenticate() =>
        _authenticator.AuthenticateAsync(_request, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult();
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Certificates;
using AuthzSim.Authentication.Chain;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Credentials;

/// <summary>A client certificate, the authority that signed it, and a server that trusts this authority alone.</summary>
internal sealed class ClientCertificateChain : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _leaf;
    private readonly X509Authenticator _authenticator;
    private readonly RequestAuthenticator _server;
    private readonly AuthenticationRequest _request;

    /// <param name="authority">The authority's key: RSA-2048 or P-256.</param>
    /// <param name="user">Whom the certificate is for.</param>
    /// <param name="group">The user's group.</param>
    public ClientCertificateChain(string authority, string user = "user", string group = "group")
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var isRsa = authority == "RSA-2048";
        var rootRequest = isRsa
            ? new CertificateRequest("CN=ca", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=ca", ecdsa, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var signer = isRsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa(ecdsa);
        using var leaf = new CertificateRequest($"CN=\"{user}\", O=\"{group}\"", leafKey, HashAlgorithmName.SHA256)
            .Create(root.SubjectName, signer, now.AddDays(-1), now.AddDays(29), [1, 2, 3, 4]);
        _root = X509CertificateLoader.LoadCertificate(root.RawData);
        _leaf = X509CertificateLoader.LoadCertificate(leaf.RawData);
        var bundle = CertificateBundle.Parse(Encoding.ASCII.GetBytes(root.ExportCertificatePem()));
        _authenticator = new X509Authenticator(new CertificateVerifier(bundle, TimeProvider.System));
        _server = new AuthenticatorChain { ClientCertificate = _authenticator }.Build();
        _request = new AuthenticationRequest { PeerCertificates = [leaf.RawData] };
        if (!IsAuthentic() || !IsTrusted() || User().Name != user)
        {
            throw new InvalidOperationException("the certificate is not valid");
        }
    }

    /// <summary>.NET's own verdict, on a leaf that is parsed already.</summary>
    public bool IsTrusted()
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(_leaf);
    }

    /// <summary>From the DER of the handshake to a user.</summary>
    public bool IsAuthentic() =>
        _authenticator.AuthenticateAsync(_request, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult().IsAuthenticated;

    /// <summary>The user, by the whole chain of a server.</summary>
    public UserInfo User() => _server.AuthenticateAsync(_request).AsTask().GetAwaiter().GetResult().User!;

    public void Dispose()
    {
        _root.Dispose();
        _leaf.Dispose();
    }
}

using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Bench.Credentials;

/// <summary>A bound service account token with its authenticator, and its signature for .NET's own key object to check.</summary>
internal sealed class SignedToken : IDisposable
{
    private const string Issuer = "https://kubernetes.default.svc";

    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;
    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _token;
    private readonly ITokenAuthenticator _authenticator;
    private readonly CachedTokenAuthenticator _cached;

    public SignedToken(string algorithm)
    {
        _rsa = algorithm == "RS256" ? RSA.Create(2048) : null;
        _ecdsa = _rsa is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var key = SigningKey.Parse(_rsa?.ExportRSAPrivateKeyPem() ?? _ecdsa!.ExportECPrivateKeyPem());
        var account = new ServiceAccount { Namespace = "shop", Name = "builder", Uid = "3c8138b9-6f0f-46a6-abcf-16aa4b188987" };
        var pod = new Pod { Namespace = "shop", Name = "web-0", Uid = "b229b443-7b47-4b43-a24c-36604ded2ace" };
        var options = new ServiceAccountTokenOptions { Issuers = [Issuer], ApiAudiences = [Issuer], Keys = [key.PublicKey] };
        _authenticator = ServiceAccountAuthenticators.Bound(options, new ClusterState([account, pod]), TimeProvider.System);
        _cached = new CachedTokenAuthenticator(_authenticator, TimeProvider.System, TimeSpan.FromDays(1));
        _token = new ServiceAccountTokenIssuer(Issuer, key, TimeProvider.System).Issue(
            account, new ServiceAccountTokenRequest { Pod = pod, ExpirationSeconds = 86_400 });
        var dot = _token.LastIndexOf('.');
        _signed = Encoding.ASCII.GetBytes(_token[..dot]);
        _signature = System.Buffers.Text.Base64Url.DecodeFromChars(_token.AsSpan(dot + 1));
        if (!IsAuthentic() || !HasValidSignature() || !IsKnown())
        {
            throw new InvalidOperationException("the token is not valid");
        }
    }

    public bool HasValidSignature() => _rsa?.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        ?? _ecdsa!.VerifyData(_signed, _signature, HashAlgorithmName.SHA256);

    /// <summary>From the token's text to its user.</summary>
    public bool IsAuthentic() => Ask(_authenticator);

    /// <summary>The same of a token that was seen before.</summary>
    public bool IsKnown() => Ask(_cached);

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
    }

    private bool Ask(ITokenAuthenticator authenticator) =>
        authenticator.AuthenticateTokenAsync(_token, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult().IsAuthenticated;
}

using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// A service account token from its text to its user, beside checking its signature alone with .NET's own key object. Stresses
/// what parsing, claims and look-ups add to the arithmetic.
/// </summary>
[MemoryDiagnoser]
public class AuthenticateToken
{
    private const string Issuer = "https://kubernetes.default.svc";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ITokenAuthenticator _authenticator = null!;
    private string _token = "";
    private byte[] _signed = [];
    private byte[] _signature = [];

    [Params("RS256", "ES256")]
    public string Algorithm { get; set; } = "";

    private bool IsRsa => Algorithm == "RS256";

    [GlobalSetup]
    public void Setup()
    {
        var key = SigningKey.Parse(IsRsa ? _rsa.ExportRSAPrivateKeyPem() : _ecdsa.ExportECPrivateKeyPem());
        var account = new ServiceAccount { Namespace = "shop", Name = "builder", Uid = "3c8138b9-6f0f-46a6-abcf-16aa4b188987" };
        var pod = new Pod { Namespace = "shop", Name = "web-0", Uid = "b229b443-7b47-4b43-a24c-36604ded2ace" };
        var options = new ServiceAccountTokenOptions { Issuers = [Issuer], ApiAudiences = [Issuer], Keys = [key.PublicKey] };
        _authenticator = ServiceAccountAuthenticators.Bound(options, new ClusterState([account, pod]), TimeProvider.System);
        _token = new ServiceAccountTokenIssuer(Issuer, key, TimeProvider.System).Issue(
            account, new ServiceAccountTokenRequest { Pod = pod, ExpirationSeconds = 86_400 });
        var dot = _token.LastIndexOf('.');
        _signed = Encoding.ASCII.GetBytes(_token[..dot]);
        _signature = System.Buffers.Text.Base64Url.DecodeFromChars(_token.AsSpan(dot + 1));
        if (!Authenticate() || !SignatureAlone())
        {
            throw new InvalidOperationException("the token is not valid");
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _rsa.Dispose();
        _ecdsa.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool SignatureAlone() => IsRsa
        ? _rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : _ecdsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256);

    [Benchmark]
    public bool Authenticate()
    {
        var answer = _authenticator.AuthenticateTokenAsync(_token, AuthenticationContext.Default);
        return answer.IsCompletedSuccessfully && answer.Result.IsAuthenticated;
    }
}

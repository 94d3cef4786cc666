using System.Security.Cryptography;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Tests.ServiceAccounts;

/// <summary>Private keys for tests, made once.</summary>
internal static class SigningKeys
{
    private static readonly RSA _rsa = RSA.Create(2048);
    private static readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private static readonly ECDsa _p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static SigningKey Rsa { get; } = SigningKey.Parse(_rsa.ExportRSAPrivateKeyPem());

    public static SigningKey RsaPkcs8 { get; } = SigningKey.Parse(_rsa.ExportPkcs8PrivateKeyPem());

    public static SigningKey P384 { get; } = SigningKey.Parse(_p384.ExportECPrivateKeyPem());

    public static SigningKey P521 { get; } =
        SigningKey.Parse("-----BEGIN X-----\nAAAA\n-----END X-----\n" + _p521.ExportPkcs8PrivateKeyPem());

    public static string PublicPem => _rsa.ExportSubjectPublicKeyInfoPem();
}

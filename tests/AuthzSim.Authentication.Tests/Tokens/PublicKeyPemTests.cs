using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Tests.Tokens;

/// <summary>Public keys are read from whatever block holds them.</summary>
public sealed class PublicKeyPemTests
{
    [Fact]
    public void Every_form_of_one_key_gives_the_same_id()
    {
        var rsa = SignedTokens.Rsa;
        using var certificate = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var pem = string.Join("\n some words \n",
            rsa.ExportRSAPrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            rsa.ExportSubjectPublicKeyInfoPem().Replace("PUBLIC KEY", "ODD LABEL", StringComparison.Ordinal),
            certificate.ExportCertificatePem());
        var keys = PublicKeyPem.Parse(pem);
        Assert.Equal(4, keys.Length);
        Assert.Single(keys.Select(k => k.KeyId).Distinct());
        Assert.Equal(
            Base64UrlText.Encode(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())), SignedTokens.Public(rsa).KeyId);
        Assert.Equal(SignedTokens.Public(rsa).KeyId, keys[0].KeyId);
    }

    [Fact]
    public void Ec_keys_are_read_from_sec1_and_pkix_but_not_from_pkcs8_or_other_curves()
    {
        var ec = SignedTokens.P384;
        using var other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        var keys = PublicKeyPem.Parse(
            ec.ExportPkcs8PrivateKeyPem() + "\n" + other.ExportSubjectPublicKeyInfoPem() + "\n"
            + ec.ExportECPrivateKeyPem() + "\n" + ec.ExportSubjectPublicKeyInfoPem());
        Assert.Equal([SignedTokens.Public(ec).KeyId, SignedTokens.Public(ec).KeyId], keys.Select(k => k.KeyId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("words")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----")]
    public void A_text_without_keys_is_refused(string pem) => Assert.Equal(
        "data does not contain any valid RSA or ECDSA public keys",
        Assert.Throws<KeyFormatException>(() => PublicKeyPem.Parse(pem)).Message);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Tests.Tokens;

/// <summary>Signs tokens for tests with .NET's own primitives, independently of the code under test.</summary>
internal static class SignedTokens
{
    public static RSA Rsa { get; } = RSA.Create(2048);

    public static ECDsa P256 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static ECDsa P384 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public static ECDsa P521 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static VerificationKey Public(RSA key) => VerificationKey.Of(key.ExportParameters(false));

    public static VerificationKey Public(ECDsa key) => VerificationKey.Of(key.ExportParameters(false));

    public static HashAlgorithmName HashOf(string algorithm) => new("SHA" + algorithm[2..]);

    public static string Sign(RSA key, string header, string payload, string algorithm) => Join(header, payload, data => key.SignData(
        data, HashOf(algorithm), algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));

    public static string Sign(ECDsa key, string header, string payload, string algorithm) =>
        Join(header, payload, data => key.SignData(data, HashOf(algorithm)));

    public static string Join(string header, string payload, Func<byte[], byte[]> sign)
    {
        var text = Encode(header) + "." + Encode(payload);
        return text + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

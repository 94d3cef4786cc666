using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>How a signature is made of the data, apart from the key.</summary>
internal enum SignatureScheme
{
    /// <summary>RSASSA-PKCS1-v1_5.</summary>
    Pkcs1,

    /// <summary>RSASSA-PSS.</summary>
    Pss,

    /// <summary>ECDSA.</summary>
    Ecdsa,
}

/// <summary>An algorithm of RFC 7518 that public keys check; the symmetric ones and <c>none</c> are not among them.</summary>
/// <param name="Name">The name in a header.</param>
/// <param name="Scheme">How the signature is made.</param>
/// <param name="Hash">What is signed of the data.</param>
/// <param name="HalfLength">The bytes of each half of an ECDSA signature; 0 for RSA.</param>
internal sealed record JoseAlgorithm(string Name, SignatureScheme Scheme, HashAlgorithmName Hash, int HalfLength)
{
    private static readonly JoseAlgorithm[] _all =
    [
        new("RS256", SignatureScheme.Pkcs1, HashAlgorithmName.SHA256, 0),
        new("ES256", SignatureScheme.Ecdsa, HashAlgorithmName.SHA256, 32),
        new("RS384", SignatureScheme.Pkcs1, HashAlgorithmName.SHA384, 0),
        new("RS512", SignatureScheme.Pkcs1, HashAlgorithmName.SHA512, 0),
        new("PS256", SignatureScheme.Pss, HashAlgorithmName.SHA256, 0),
        new("PS384", SignatureScheme.Pss, HashAlgorithmName.SHA384, 0),
        new("PS512", SignatureScheme.Pss, HashAlgorithmName.SHA512, 0),
        new("ES384", SignatureScheme.Ecdsa, HashAlgorithmName.SHA384, 48),
        new("ES512", SignatureScheme.Ecdsa, HashAlgorithmName.SHA512, 66),
    ];

    public static JoseAlgorithm? Find(string name) => Array.Find(_all, a => a.Name == name);

    /// <summary>The algorithm of a curve whose coordinates have so many bytes, or null.</summary>
    public static JoseAlgorithm? OfEcdsa(int coordinateLength) =>
        Array.Find(_all, a => a.Scheme == SignatureScheme.Ecdsa && a.HalfLength == coordinateLength);
}

using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// A public key that signatures of tokens are checked with, RSA or ECDSA, and the id by which a token names it (upstream:
/// <c>pkg/serviceaccount/jwt.go</c> <c>PublicKey</c>). Immutable and safe to share between threads.
/// </summary>
public sealed class VerificationKey
{
    private readonly ISignatureVerifier _verifier;

    private VerificationKey(ISignatureVerifier verifier, string? keyId)
    {
        _verifier = verifier;
        KeyId = keyId ?? Base64UrlText.Encode(SHA256.HashData(verifier.SubjectPublicKeyInfo));
    }

    /// <summary>
    /// The key's id: the one given, or the SHA-256 of the key's SubjectPublicKeyInfo in base64url without padding (upstream:
    /// <c>keyIDFromPublicKey</c>).
    /// </summary>
    public string KeyId { get; }

    /// <summary>Makes a key of RSA parameters; a private part is ignored.</summary>
    /// <param name="parameters">The modulus and the exponent.</param>
    /// <exception cref="CryptographicException">The parameters are no RSA key.</exception>
    public static VerificationKey Of(RSAParameters parameters) => new(new RsaVerifier(parameters), null);

    /// <summary>Makes a key of ECDSA parameters; a private part is ignored.</summary>
    /// <param name="parameters">One of the curves P-224, P-256, P-384 and P-521, and the point.</param>
    /// <exception cref="CryptographicException">The curve is another, or the point is not on it.</exception>
    public static VerificationKey Of(ECParameters parameters) => new(new EcdsaVerifier(parameters), null);

    /// <summary>The same key under another id.</summary>
    /// <param name="keyId">The id.</param>
    public VerificationKey WithKeyId(string keyId)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return new VerificationKey(_verifier, keyId);
    }

    /// <summary>
    /// Whether the key made the signature with the algorithm; false too when the algorithm is not one of the key's.
    /// </summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="algorithm">The name in the token's header.</param>
    internal bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, string algorithm)
    {
        try
        {
            return JoseAlgorithm.Find(algorithm) is { } found && _verifier.Verify(data, signature, found);
        }
        catch (CryptographicException)
        {
            // A key that the platform cannot compute with has made no signature that it can confirm.
            return false;
        }
    }
}

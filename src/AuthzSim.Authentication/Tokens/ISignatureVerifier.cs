namespace AuthzSim.Authentication.Tokens;

/// <summary>A public key of one kind. Safe to share between threads.</summary>
internal interface ISignatureVerifier
{
    /// <summary>The key as DER.</summary>
    byte[] SubjectPublicKeyInfo { get; }

    bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, JoseAlgorithm algorithm);
}

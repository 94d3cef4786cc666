namespace AuthzSim.Authentication.Certificates;

/// <summary>The kinds of keys the server tells apart (upstream: <c>crypto/x509.PublicKeyAlgorithm</c>).</summary>
internal enum PublicKeyAlgorithm
{
    Unknown,
    Rsa,
    Dsa,
    Ecdsa,
    Ed25519,
    X25519,
}

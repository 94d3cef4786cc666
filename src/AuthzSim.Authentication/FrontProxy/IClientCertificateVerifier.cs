using System.Collections.Immutable;

namespace AuthzSim.Authentication.FrontProxy;

/// <summary>
/// Checks a client's certificates against a CA bundle (upstream: <c>pkg/authentication/request/x509.Verifier</c>).
/// </summary>
public interface IClientCertificateVerifier
{
    /// <summary>Verifies a chain; whatever is wrong with it is an error of the result, nothing is thrown.</summary>
    /// <param name="peerCertificates">The certificates as DER, leaf first; at least one.</param>
    /// <param name="now">The instant at which they must be valid.</param>
    ClientCertificateVerification Verify(ImmutableArray<ReadOnlyMemory<byte>> peerCertificates, DateTimeOffset now);
}

/// <summary>What a verification found.</summary>
/// <param name="Error">The server's own text of what is wrong; null when the chain is good.</param>
/// <param name="CommonName">The leaf's common name, <c>""</c> when it has none; of no account with an error.</param>
public sealed record ClientCertificateVerification(string? Error, string CommonName);

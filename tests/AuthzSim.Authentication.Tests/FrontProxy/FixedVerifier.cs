using System.Collections.Immutable;
using AuthzSim.Authentication.FrontProxy;

namespace AuthzSim.Authentication.Tests;

/// <summary>Finds every chain the same.</summary>
internal sealed class FixedVerifier(string? error, string commonName) : IClientCertificateVerifier
{
    public ClientCertificateVerification Verify(ImmutableArray<ReadOnlyMemory<byte>> peerCertificates, DateTimeOffset now) =>
        new(error, commonName);
}

using System.Collections.Immutable;

namespace AuthzSim.Authentication;

/// <summary>What an authenticator sees of an HTTP request.</summary>
public sealed record AuthenticationRequest
{
    /// <summary>The headers in the order sent.</summary>
    public RequestHeaders Headers { get; init; } = RequestHeaders.Empty;

    /// <summary>The path of the URL, without the query.</summary>
    public string Path { get; init; } = "/";

    /// <summary>
    /// The client's certificates as DER, leaf first, in the order of the TLS handshake; empty without TLS or certificate.
    /// </summary>
    public ImmutableArray<ReadOnlyMemory<byte>> PeerCertificates { get; init => field = value.IsDefault ? [] : value; } = [];
}

using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Server.Serving;

/// <summary>The certificates that a client showed in the handshake of its connection, as DER, its own first.</summary>
internal sealed record PeerCertificates(ImmutableArray<ReadOnlyMemory<byte>> Der)
{
    /// <summary>Those of a handshake; the chain that .NET hands out with it holds what else was sent.</summary>
    public static PeerCertificates Of(X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is null)
        {
            return new PeerCertificates([]);
        }

        var leaf = certificate.GetRawCertData();
        var others = (chain?.ChainPolicy.ExtraStore ?? []).Select(c => c.RawData).Where(raw => !raw.AsSpan().SequenceEqual(leaf));
        return new PeerCertificates([leaf, .. others.Select(raw => new ReadOnlyMemory<byte>(raw))]);
    }
}

using System.Collections.Immutable;

namespace AuthzSim.Authentication.Certificates;

/// <summary>The file that a client presents as its certificate.</summary>
public static class ClientCertificate
{
    /// <summary>
    /// Reads a client's certificates, leaf first: PEM as Go's <c>tls.X509KeyPair</c> takes it, or the bare DER of one or several.
    /// </summary>
    /// <param name="contents">The contents of the file.</param>
    /// <exception cref="CertificateFormatException">No certificate, or one that the server's parser refuses.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>> Read(ReadOnlySpan<byte> contents)
    {
        if (contents.StartsWith([DerTag.Sequence]))
        {
            return [.. Certificate.ParseAll(contents).Select(c => c.Raw)];
        }

        ImmutableArray<ReadOnlyMemory<byte>> chain =
            [.. PemBlock.ReadAll(contents).Where(b => b.IsCertificate).SelectMany(b => Certificate.ParseAll(b.Der)).Select(c => c.Raw)];
        return chain.IsEmpty
            ? throw new CertificateFormatException("tls: failed to find any PEM data in certificate input")
            : chain;
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthzSim.Authentication.Certificates;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// The CA certificates by which a TLS client trusts a server (upstream: <c>k8s.io/client-go/util/cert.NewPoolFromBytes</c>).
/// </summary>
internal static class TlsRoots
{
    /// <summary>What is wrong with a bundle, in the server's words; null when nothing is.</summary>
    /// <param name="pem">The text.</param>
    public static string? Error(string pem)
    {
        try
        {
            Read(pem);
            return null;
        }
        catch (CertificateFormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>The policy of a TLS client that trusts the certificates of a bundle and no others.</summary>
    /// <param name="pem">The text.</param>
    /// <exception cref="AuthenticationConfigurationException">A certificate that cannot be used.</exception>
    public static X509ChainPolicy Trusting(string pem)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            foreach (var certificate in Read(pem))
            {
                policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(certificate.Span));
            }
        }
        catch (Exception e) when (e is CertificateFormatException or CryptographicException)
        {
            throw new AuthenticationConfigurationException($"unable to load root certificates: {e.Message}", e);
        }

        return policy;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Read(string pem) =>
        CertificateBundle.Parse(Encoding.UTF8.GetBytes(pem)).Certificates;
}

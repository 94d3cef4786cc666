using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthzSim.Authentication.Configuration;

/// <summary>The certificates of a PEM text (upstream: <c>k8s.io/client-go/util/cert.NewPoolFromBytes</c>).</summary>
internal static class CertificateBundle
{
    private const string None = "data does not contain any valid RSA or ECDSA certificates";

    /// <summary>The certificates, or upstream's error.</summary>
    public static (X509Certificate2Collection Certificates, string? Error) Read(string pem)
    {
        var found = new X509Certificate2Collection();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
            {
                try
                {
                    found.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
                }
                catch (CryptographicException)
                {
                    return ([], "x509: malformed certificate");
                }
            }

            rest = rest[fields.Location.End..];
        }

        return (found, found.Count == 0 ? None : null);
    }

    /// <summary>The policy of a TLS client that trusts these roots and no others.</summary>
    public static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthzSim.Authentication.Configuration;

namespace AuthzSim.Authentication.Webhook;

/// <summary>
/// Where the webhook is and how the API server says who it is itself: the cluster and the user of a kubeconfig (upstream:
/// <c>k8s.io/client-go/rest.Config</c>). Its texts never show a credential.
/// </summary>
public sealed class WebhookConfig
{
    /// <summary>The exact URL that reviews are posted to.</summary>
    public required string Server { get; init; }

    /// <summary>The server's CA certificates as PEM; <c>""</c> for those of the system.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>The name the server's certificate must have, when not that of the URL.</summary>
    public string TlsServerName { get; init; } = "";

    /// <summary>True to trust any server.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>The client's certificate as PEM; <c>""</c> without one.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>The client's private key as PEM.</summary>
    public string ClientKey { get; init; } = "";

    /// <summary>The client's bearer token; <c>""</c> without one.</summary>
    public string Token { get; init; } = "";

    /// <summary>The client's user name; <c>""</c> without one.</summary>
    public string Username { get; init; } = "";

    /// <summary>The client's password.</summary>
    public string Password { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"webhook {Server}";

    /// <summary>Makes what sends the requests.</summary>
    /// <exception cref="AuthenticationConfigurationException">A certificate or key cannot be read.</exception>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Reliability", "CA2000", Justification = "the handler uses the certificate as long as it lives")]
    internal HttpMessageHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, MaxResponseHeadersLength = 64 };
        if (CertificateAuthority.Length > 0)
        {
            handler.SslOptions.CertificateChainPolicy = TlsRoots.Trusting(CertificateAuthority);
        }

        if (InsecureSkipTlsVerify)
        {
            TrustAnyServer(handler);
        }

        if (TlsServerName.Length > 0)
        {
            handler.SslOptions.TargetHost = TlsServerName;
        }

        if (ClientCertificate.Length > 0)
        {
            handler.SslOptions.ClientCertificates = [ReadClientCertificate()];
        }

        return handler;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA5359", Justification = "insecure-skip-tls-verify asks for exactly this")]
    private static void TrustAnyServer(SocketsHttpHandler handler) =>
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;

    private X509Certificate2 ReadClientCertificate()
    {
        try
        {
            return X509Certificate2.CreateFromPem(ClientCertificate, ClientKey);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The cause may show what the key looks like.
            throw new AuthenticationConfigurationException(
                "tls: failed to find a client certificate and the private key that belongs to it");
        }
    }
}

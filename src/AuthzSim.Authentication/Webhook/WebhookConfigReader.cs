using AuthzSim.Authentication.Configuration;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Webhook;

/// <summary>
/// Reads the kubeconfig of <c>--authentication-token-webhook-config-file</c> (upstream: <c>webhook.LoadKubeconfig</c> of
/// <c>k8s.io/apiserver/pkg/util/webhook</c>).
/// </summary>
public static class WebhookConfigReader
{
    /// <summary>The cluster and user of the current context.</summary>
    /// <param name="kubeconfig">The file: YAML or JSON.</param>
    /// <param name="readFile">Reads a file that the kubeconfig names, relative to its own folder.</param>
    /// <exception cref="AuthenticationConfigurationException">The file is no kubeconfig, or needs what is not done here.</exception>
    public static WebhookConfig Read(ReadOnlyMemory<byte> kubeconfig, Func<string, string> readFile)
    {
        ArgumentNullException.ThrowIfNull(readFile);
        var root = KubeconfigNode.Of(ConfigurationDocument.Read(kubeconfig.Span, notJson: "invalid configuration: "));
        var context = root.Named("contexts", root.Text("current-context"), "context");
        var cluster = root.Named("clusters", context.Text("cluster"), "cluster");
        var user = root.Named("users", context.Text("user"), "user");
        foreach (var plugin in (string[])["exec", "auth-provider"])
        {
            if (user.Has(plugin))
            {
                throw new AuthenticationConfigurationException(
                    $"invalid configuration: users[].user.{plugin} runs a program or plugin, which is not done here: use a token or a client certificate");
            }
        }

        var server = cluster.Text("server");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new AuthenticationConfigurationException(server.Length == 0
                ? "invalid configuration: no server found for the cluster of the current context"
                : $"invalid configuration: server {GoText.Quote(server)} is no http or https URL");
        }

        return new WebhookConfig
        {
            Server = server,
            CertificateAuthority = cluster.Content("certificate-authority", readFile),
            TlsServerName = cluster.Text("tls-server-name"),
            InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            ClientCertificate = user.Content("client-certificate", readFile),
            ClientKey = user.Content("client-key", readFile),
            Token = Token(user, readFile),
            Username = user.Text("username"),
            Password = user.Text("password"),
        };
    }

    private static string Token(KubeconfigNode user, Func<string, string> readFile) =>
        user.Text("tokenFile") is { Length: > 0 } file ? KubeconfigNode.Read(file, readFile).Trim() : user.Text("token");
}

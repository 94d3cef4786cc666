using System.Text;

namespace AuthzSim.Server.Serving;

/// <summary>The kubeconfig with which kubectl talks to the server as an administrator.</summary>
public static class KubeconfigFile
{
    private const string FirstLine = "# Written by authzsim serve.";

    /// <summary>Writes one; only a file that was written here before is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="server">Where the server listens.</param>
    /// <param name="authority">Whom the server's certificate comes from; null when clients know that by themselves.</param>
    /// <param name="user">The certificate and key of its user; null leaves the user to be filled in.</param>
    /// <exception cref="IOException">There is a file of somebody else, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Uri server, string? authority, (string CertificatePem, string KeyPem)? user)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(server);
        if (File.Exists(path) && !File.ReadLines(path).FirstOrDefault("").StartsWith(FirstLine, StringComparison.Ordinal))
        {
            throw new IOException($"{path} is there already and was not written by authzsim serve: name another file with --write-kubeconfig");
        }

        var trust = authority is null ? "" : $"\n    certificate-authority-data: {Base64(authority)}";
        var credential = user is { } known
            ? $"\n    client-certificate-data: {Base64(known.CertificatePem)}\n    client-key-data: {Base64(known.KeyPem)}"
            : " {}";
        PrivateFile.Write(path, $$"""
            {{FirstLine}}
            apiVersion: v1
            kind: Config
            clusters:
            - name: authzsim
              cluster:
                server: {{server.GetLeftPart(UriPartial.Authority)}}{{trust}}
            users:
            - name: authzsim-admin
              user:{{credential}}
            contexts:
            - name: authzsim
              context:
                cluster: authzsim
                user: authzsim-admin
            current-context: authzsim

            """);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

using System.Collections.Immutable;
using System.Text;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;
using AuthzSim.Requests;
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
        var root = KubeconfigNode.Of(Parse(kubeconfig));
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

    private static JsonValue Parse(ReadOnlyMemory<byte> kubeconfig)
    {
        try
        {
            return JsonValue.TryParse(FirstYamlDocument.ToJson(kubeconfig.Span, "").Json, out var json)
                ? json
                : throw new AuthenticationConfigurationException("invalid configuration: the document cannot be written as JSON");
        }
        catch (PolicyFormatException e)
        {
            var problem = e.Diagnostics[0];
            throw new AuthenticationConfigurationException($"yaml: line {problem.Location.Line}: {problem.Message}", e);
        }
    }
}

/// <summary>An object of a kubeconfig; of a field given twice the last counts.</summary>
internal sealed class KubeconfigNode
{
    private readonly Dictionary<string, JsonValue> _fields = new(StringComparer.Ordinal);

    public static KubeconfigNode Of(JsonValue value)
    {
        var node = new KubeconfigNode();
        foreach (var (name, member) in value.IsObject ? value.Members() : [])
        {
            node._fields[name] = member;
        }

        return node;
    }

    public static string Read(string path, Func<string, string> readFile)
    {
        try
        {
            return readFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new AuthenticationConfigurationException($"invalid configuration: unable to read {path}: {e.Message}", e);
        }
    }

    public bool Has(string name) => _fields.TryGetValue(name, out var value) && !value.IsNull;

    public string Text(string name) => !Has(name) ? "" : _fields[name].IsString
        ? _fields[name].Text()
        : throw new AuthenticationConfigurationException($"invalid configuration: {name} must be a text, not {_fields[name].GoKind}");

    public bool Flag(string name) => Has(name) && _fields[name].IsTrue;

    /// <summary>What a field holds in base64 as <c>NAME-data</c>, else the file it names.</summary>
    public string Content(string name, Func<string, string> readFile)
    {
        if (Text($"{name}-data") is not { Length: > 0 } data)
        {
            return Text(name) is { Length: > 0 } path ? Read(path, readFile) : "";
        }

        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new AuthenticationConfigurationException($"invalid configuration: {name}-data is not base64");
    }

    /// <summary>The texts of a list.</summary>
    public IEnumerable<string> Texts(string name) =>
        Has(name) && _fields[name].IsArray ? _fields[name].Elements().Where(e => e.IsString).Select(e => e.Text()) : [];

    /// <summary>The lists of texts of an object, by name.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Lists(string name)
    {
        var lists = Has(name) ? Of(_fields[name]) : new KubeconfigNode();
        return UserInfo.NoExtra.AddRange(lists._fields.Keys.Select(k => KeyValuePair.Create(k, lists.Texts(k).ToImmutableArray())));
    }

    /// <summary>The part of the entry of a list that has a name; null when there is no such entry.</summary>
    public KubeconfigNode? FindNamed(string list, string name, string part)
    {
        foreach (var element in Has(list) && _fields[list].IsArray ? _fields[list].Elements() : [])
        {
            var entry = Of(element);
            if (entry.Text("name") == name)
            {
                return entry.Has(part) ? Of(entry._fields[part]) : new KubeconfigNode();
            }
        }

        return null;
    }

    /// <summary>The same where a name must lead to an entry, and no name to nothing.</summary>
    public KubeconfigNode Named(string list, string name, string part) => FindNamed(list, name, part)
        ?? (name.Length == 0
            ? new KubeconfigNode()
            : throw new AuthenticationConfigurationException($"invalid configuration: {part} {GoText.Quote(name)} does not exist"));
}

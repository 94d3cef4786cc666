using System.Collections.Immutable;
using System.Text;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// What a client is told by its kubeconfig: who it is and where it works (upstream: <c>client-go/tools/clientcmd</c>). Its texts
/// never show a credential.
/// </summary>
public sealed class Kubeconfig
{
    private readonly ImmutableArray<(string Path, KubeconfigNode Root)> _files;

    private Kubeconfig(ImmutableArray<(string Path, KubeconfigNode Root)> files) => _files = files;

    /// <summary>
    /// Reads several files as one, as <c>KUBECONFIG</c> lists them: what is in an earlier one counts; files that do not exist are
    /// passed over when there is more than one.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="AuthenticationConfigurationException">A file cannot be read or is no kubeconfig.</exception>
    public static Kubeconfig Load(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = new ConfiguredFiles();
        return new Kubeconfig([
            .. paths.Where(p => paths.Count == 1 || File.Exists(p)).Select(p => (p, KubeconfigNode.Of(ConfigurationDocument.Read(files.Read("--kubeconfig", p), $"--kubeconfig {p}: ")))),
        ]);
    }

    /// <summary>The user of a context.</summary>
    /// <param name="contextName">The context; null or <c>""</c> for the current one.</param>
    /// <param name="userName">The user entry, instead of the context's; null or <c>""</c> for that.</param>
    /// <exception cref="AuthenticationConfigurationException">
    /// There is no such context or user, or the user's credential is one that only running a program gives.
    /// </exception>
    public KubeconfigUser Resolve(string? contextName, string? userName)
    {
        var wantedContext = string.IsNullOrEmpty(contextName) ? FirstText("current-context") : contextName;
        var context = wantedContext.Length == 0 ? null : Find("contexts", wantedContext, "context")?.Node
            ?? throw new AuthenticationConfigurationException($"context {GoText.Quote(wantedContext)} does not exist");
        var wantedUser = string.IsNullOrEmpty(userName) ? context?.Text("user") ?? "" : userName;
        if (wantedUser.Length == 0)
        {
            return new KubeconfigUser { Namespace = context?.Text("namespace") ?? "" };
        }

        var (folder, user) = Find("users", wantedUser, "user")
            ?? throw new AuthenticationConfigurationException($"auth info {GoText.Quote(wantedUser)} does not exist");
        RefusePlugins(wantedUser, user);
        return new KubeconfigUser
        {
            Name = wantedUser,
            Namespace = context?.Text("namespace") ?? "",
            ClientCertificate = Content(user, "client-certificate", folder),
            ClientKey = Content(user, "client-key", folder),
            Token = user.Text("tokenFile") is { Length: > 0 } file
                ? Encoding.UTF8.GetString(ReadRelative("tokenFile", file, folder)).Trim()
                : user.Text("token"),
            Username = user.Text("username"),
            Password = user.Text("password"),
            Impersonate = new UserInfo
            {
                Name = user.Text("as"),
                Uid = user.Text("as-uid"),
                Groups = [.. user.Texts("as-groups")],
                Extra = user.Lists("as-user-extra"),
            },
        };
    }

    private static void RefusePlugins(string name, KubeconfigNode user)
    {
        if (user.Has("exec"))
        {
            throw new AuthenticationConfigurationException(
                $"user {GoText.Quote(name)} gets its credential by running a program (exec), which is not done here: run it and give its token with --token");
        }

        if (user.Has("auth-provider"))
        {
            throw new AuthenticationConfigurationException(
                $"user {GoText.Quote(name)} gets its credential from an auth-provider, which clients no longer have: give its token with --token");
        }
    }

    private string FirstText(string field) => _files.Select(f => f.Root.Text(field)).FirstOrDefault(t => t.Length > 0) ?? "";

    private (string Folder, KubeconfigNode Node)? Find(string list, string name, string part)
    {
        foreach (var (path, root) in _files)
        {
            if (root.FindNamed(list, name, part) is { } found)
            {
                return (Path.GetDirectoryName(path) ?? "", found);
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? Content(KubeconfigNode user, string field, string folder)
    {
        var content = user.Data(field, "--kubeconfig")
            ?? (user.Text(field) is { Length: > 0 } file ? ReadRelative(field, file, folder) : null);
        return content is null ? (ReadOnlyMemory<byte>?)null : content;
    }

    private static byte[] ReadRelative(string field, string path, string folder) =>
        new ConfiguredFiles().Read($"--kubeconfig: {field}", Path.Combine(folder, path));
}

/// <summary>One user of a kubeconfig (upstream: <c>clientcmdapi.AuthInfo</c>) and the namespace of the context.</summary>
public sealed class KubeconfigUser
{
    /// <summary>The name of the entry; <c>""</c> when the context names none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The namespace of the context, or <c>""</c>.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The contents of the client's certificate; null without one.</summary>
    public ReadOnlyMemory<byte>? ClientCertificate { get; init; }

    /// <summary>The contents of the client's key; null without one.</summary>
    public ReadOnlyMemory<byte>? ClientKey { get; init; }

    /// <summary>The bearer token, or <c>""</c>.</summary>
    public string Token { get; init; } = "";

    /// <summary>The user name of a password, or <c>""</c>.</summary>
    public string Username { get; init; } = "";

    /// <summary>The password, or <c>""</c>.</summary>
    public string Password { get; init; } = "";

    /// <summary>Whom the user wants to be: name, uid, groups and extra, all empty when nobody else.</summary>
    public UserInfo Impersonate { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => $"user {Name}";
}

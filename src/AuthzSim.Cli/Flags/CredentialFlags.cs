using System.Buffers;
using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Certificates;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that hold a credential as kubectl's do, and raw headers.</summary>
internal sealed class CredentialFlags
{
    private static readonly SearchValues<char> _noName = SearchValues.Create(" \t\"(),/;<=>?@[\\]{}");

    private readonly Option<string> _certificate = Text("--client-certificate", "file", "The client's certificate, PEM or DER, with its chain.");
    private readonly Option<string> _key = Text("--client-key", "file", "The certificate's key. Not needed here; when given it must fit.");
    private readonly Option<string> _token = Text("--token", "token", "A bearer token.");
    private readonly Option<string> _username = Text("--username", "name", "The user name of a password.");
    private readonly Option<string> _password = Text("--password", "password", "The password.");
    private readonly Option<string> _kubeconfig = Text("--kubeconfig", "file", "Take credential and namespace from a kubeconfig; $KUBECONFIG with --context or --user alone.");
    private readonly Option<string> _context = Text("--context", "name", "The context of the kubeconfig; the current one when not given.");
    private readonly Option<string> _user = Text("--user", "name", "The user entry of the kubeconfig, instead of the context's.");
    private readonly Option<string[]> _header = new("--header")
    {
        Description = "A header of the request, 'Name: value'. Repeatable.",
        HelpName = "header",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public CredentialFlags(Command command)
    {
        foreach (var option in Texts.Append<Option>(_header))
        {
            command.Add(option);
        }
    }

    private IEnumerable<Option<string>> Texts => [_certificate, _key, _token, _username, _password, _kubeconfig, _context, _user];

    /// <summary>True when there is a credential to judge, or a place to look for one.</summary>
    public bool AreGiven(ParseResult result) =>
        Texts.Any(o => result.GetValue(o) is { Length: > 0 }) || result.GetValue(_header) is { Length: > 0 };

    /// <summary>What the flags and the kubeconfig hold; a flag counts before the kubeconfig.</summary>
    /// <exception cref="CommandException">A file cannot be read, or credentials contradict each other.</exception>
    public ClientCredentials Read(ParseResult result, CommandContext context)
    {
        try
        {
            var user = KubeconfigUserOf(result, context);
            var hasToken = Value(result, _token).Length > 0;
            var hasPassword = Value(result, _username).Length > 0 || Value(result, _password).Length > 0;
            var token = hasToken || hasPassword ? Value(result, _token) : user.Token;
            var (name, password) = hasToken || hasPassword
                ? (Value(result, _username), Value(result, _password))
                : (user.Username, user.Password);
            if (token.Length > 0 && (name.Length > 0 || password.Length > 0))
            {
                var owner = user.Name.Length > 0 ? user.Name : "the command line";
                throw new CommandException(
                    $"more than one authentication method found for {owner}; found [token basicAuth], only one is allowed");
            }

            return new ClientCredentials
            {
                Certificates = Certificates(result, user),
                Headers = new RequestHeaders([.. Authorization(token, name, password), .. (result.GetValue(_header) ?? []).Select(Header)]),
                UserEntry = user.Name,
                Namespace = user.Namespace,
                Impersonate = user.Impersonate,
            };
        }
        catch (AuthenticationConfigurationException e)
        {
            throw new CommandException(e.Message, CommandException.BadInput);
        }
    }

    private static Option<string> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static string Value(ParseResult result, Option<string> option) => result.GetValue(option) ?? "";

    private KubeconfigUser KubeconfigUserOf(ParseResult result, CommandContext context)
    {
        var (path, contextName, userName) = (Value(result, _kubeconfig), Value(result, _context), Value(result, _user));
        if (path.Length + contextName.Length + userName.Length == 0)
        {
            return new KubeconfigUser();
        }

        return Kubeconfig.Load(path.Length > 0 ? [path] : UsualPaths(context)).Resolve(contextName, userName);
    }

    private static string[] UsualPaths(CommandContext context)
    {
        string[] listed = (context.EnvironmentVariable("KUBECONFIG") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return listed.Length > 0 ? [.. listed.Distinct()]
            : context.EnvironmentVariable("HOME") is { Length: > 0 } home ? [Path.Combine(home, ".kube", "config")]
            : throw new CommandException("no kubeconfig: name it with --kubeconfig", CommandException.BadInput);
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Certificates(ParseResult result, KubeconfigUser user)
    {
        var (path, keyPath) = (Value(result, _certificate), Value(result, _key));
        var files = new ConfiguredFiles();
        var source = path.Length > 0 ? $"--client-certificate {path}" : "--kubeconfig: client-certificate";
        ReadOnlyMemory<byte>? content = path.Length > 0 ? files.Read("--client-certificate", path) : user.ClientCertificate;
        ReadOnlyMemory<byte>? key = keyPath.Length > 0 ? files.Read("--client-key", keyPath) : path.Length > 0 ? null : user.ClientKey;
        if (content is not { } certificate)
        {
            return [];
        }

        try
        {
            var chain = ClientCertificate.Read(certificate.Span);
            return key is { } secret && ClientCertificate.KeyError(chain[0], secret.Span) is { } error
                ? throw new CommandException($"{source}: {error}", CommandException.BadInput)
                : chain;
        }
        catch (CertificateFormatException e)
        {
            throw new CommandException($"{source}: {e.Message}", CommandException.BadInput);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Authorization(string token, string name, string password)
    {
        if (token.Length > 0)
        {
            yield return KeyValuePair.Create("Authorization", "Bearer " + token);
        }

        if (name.Length > 0 || password.Length > 0)
        {
            yield return KeyValuePair.Create("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }
    }

    /// <summary>The text may be a secret, so that none of it is shown.</summary>
    private static KeyValuePair<string, string> Header(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var isHeader = colon > 0 && !text.AsSpan(0, colon).ContainsAny(_noName) && !text.AsSpan().ContainsAny('\r', '\n', '\0');
        return isHeader
            ? KeyValuePair.Create(text[..colon], text[(colon + 1)..].Trim(' ', '\t'))
            : throw new CommandException("--header must be 'Name: value', as in --header 'X-Remote-User: jane'", CommandException.BadInput);
    }
}

/// <summary>What a client sends to say who it is. Never printed.</summary>
internal sealed class ClientCredentials
{
    public ImmutableArray<ReadOnlyMemory<byte>> Certificates { get; init; } = [];

    public required RequestHeaders Headers { get; init; }

    /// <summary>The name of the kubeconfig's user entry, or <c>""</c>.</summary>
    public string UserEntry { get; init; } = "";

    /// <summary>The namespace of the kubeconfig's context, or <c>""</c>.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Whom the kubeconfig's user wants to be; without a name nobody else.</summary>
    public UserInfo Impersonate { get; init; } = new();
}

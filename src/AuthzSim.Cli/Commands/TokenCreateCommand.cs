using System.CommandLine;
using System.Text;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Cli.Flags;
using AuthzSim.Formats;
using AuthzSim.Text;

namespace AuthzSim.Cli.Commands;

/// <summary><c>kubectl create token</c> (upstream: <c>kubectl/pkg/cmd/create/create_token.go</c>), signed here with a key at hand.</summary>
internal sealed class TokenCreateCommand : Command, IHasExamples
{
    private const string DefaultIssuer = "https://kubernetes.default.svc.cluster.local";

    private readonly CommandContext _context;
    private readonly Argument<string[]> _name = new("NAME") { HelpName = "NAME", Description = "The service account.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _namespace = Text("--namespace", "name", "The account's namespace; default when not given.", "-n");
    private readonly Option<string> _key = Text("--signing-key", "file", "The private key to sign with, as --service-account-signing-key-file has it.");
    private readonly Option<string> _issuer = Text("--service-account-issuer", "URL", $"The issuer in the token; {DefaultIssuer} when not given.");
    private readonly Option<string[]> _audience = Texts("--audience", "text", "Whom the token is for; the issuer when not given. Repeatable.");
    private readonly Option<string> _duration = Text("--duration", "duration", "How long the token is good for, as 10m or 24h; an hour when not given.");
    private readonly Option<string> _boundKind = Text("--bound-object-kind", "kind", "Pod, Secret or Node: the token is worth nothing without that object.");
    private readonly Option<string> _boundName = Text("--bound-object-name", "name", "The name of that object.");
    private readonly Option<string> _boundUid = Text("--bound-object-uid", "uid", "The UID that object must have.");
    private readonly Option<bool> _legacy = new("--legacy") { Description = "Make the token that lives in a secret, as clusters before 1.24 did; it never ends." };
    private readonly Option<string> _secret = Text("--secret", "name", "With --legacy: the secret.");
    private readonly Option<string[]> _filename = Texts("--filename", "path", "The cluster's objects: files, folders or globs, or - for standard input. Repeatable.", "-f");
    private readonly ClockFlag _clock;

    public TokenCreateCommand(CommandContext context)
        : base("create", "Print a token of a service account, signed with a key of the server.")
    {
        _context = context;
        Add(_name);
        foreach (var option in (Option[])[_namespace, _filename, _key, _issuer, _audience, _duration, _boundKind, _boundName, _boundUid, _legacy, _secret])
        {
            Add(option);
        }

        _boundKind.CompletionSources.Add(nameof(Node), nameof(Pod), nameof(Secret));
        _clock = new ClockFlag(this);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("A token that is good for an hour", "token create robot --signing-key fixtures/examples/authentication/test-signing-key.pem -f fixtures/examples/authentication/objects"),
        new("A token that ends with a pod", "token create robot --bound-object-kind Pod --bound-object-name robot-1 --signing-key fixtures/examples/authentication/test-signing-key.pem -f fixtures/examples/authentication/objects"),
        new("The token of a secret, as older clusters have it", "token create robot --legacy --secret robot-token --signing-key fixtures/examples/authentication/test-signing-key.pem -f fixtures/examples/authentication/objects"),
    ];

    private int Run(ParseResult result)
    {
        if (result.GetValue(_name) is not [var name])
        {
            throw new CommandException("exactly one NAME is required: the service account", CommandException.BadInput);
        }

        var duration = DurationOf(result);
        CheckBinding(result);
        var time = _clock.Of(result, _context);
        var cluster = new ClusterState(ClusterObjectReader.Load(
            Required(result.GetValue(_filename) is { Length: > 0 } paths ? paths : null, "no objects given: name the files or folders of the cluster's objects with -f"),
            new PolicyLoadOptions { StandardInput = _context.Input }));
        var issuer = Issuer(result, time);
        var @namespace = Value(result, _namespace) is { Length: > 0 } given ? given : "default";
        var account = cluster.FindServiceAccount(@namespace, name) ?? throw NotFound("serviceaccounts", name);
        string token;
        if (result.GetValue(_legacy))
        {
            token = issuer.IssueLegacy(account, Required(Value(result, _secret) is { Length: > 0 } s ? s : null, "--legacy needs --secret NAME, the secret the token lives in"));
        }
        else
        {
            var request = Bind(result, cluster, @namespace, new ServiceAccountTokenRequest
            {
                Audiences = [.. result.GetValue(_audience) ?? []],
                ExpirationSeconds = (long)duration.TotalSeconds,
            });
            token = request.Validate() is { } error ? throw Failed(error) : issuer.Issue(account, request);
        }

        _context.Output.Write(token + "\n");
        return 0;
    }

    private TimeSpan DurationOf(ParseResult result)
    {
        var text = Value(result, _duration);
        if (text.Length == 0)
        {
            return TimeSpan.FromHours(1);
        }

        if (!GoDuration.TryParse(text, out var duration))
        {
            throw new CommandException($"invalid argument \"{text}\" for \"--duration\" flag: time: invalid duration {GoText.Quote(text)}");
        }

        return duration < TimeSpan.Zero ? throw new CommandException("--duration must be greater than or equal to 0")
            : duration.Ticks % TimeSpan.TicksPerSecond != 0 ? throw new CommandException("--duration cannot be expressed in units less than seconds")
            : duration == TimeSpan.Zero ? TimeSpan.FromHours(1)
            : duration;
    }

    private void CheckBinding(ParseResult result)
    {
        var (kind, name, uid) = (Value(result, _boundKind), Value(result, _boundName), Value(result, _boundUid));
        var error = kind.Length == 0
            ? name.Length > 0 ? "--bound-object-name can only be set if --bound-object-kind is provided"
            : uid.Length > 0 ? "--bound-object-uid can only be set if --bound-object-kind is provided"
            : null
            : kind is not (nameof(Node) or nameof(Pod) or nameof(Secret)) ? "supported --bound-object-kind values are Node, Pod, Secret"
            : name.Length == 0 ? "--bound-object-name is required if --bound-object-kind is provided"
            : null;
        if (error is not null)
        {
            throw new CommandException(error);
        }
    }

    private ServiceAccountTokenRequest Bind(ParseResult result, ClusterState cluster, string @namespace, ServiceAccountTokenRequest request)
    {
        var name = Value(result, _boundName);
        switch (Value(result, _boundKind))
        {
            case nameof(Pod):
                return request with { Pod = Checked(result, cluster.FindPod(@namespace, name) ?? throw NotFound("pods", name)) };
            case nameof(Secret):
                return request with { Secret = Checked(result, cluster.FindSecret(@namespace, name) ?? throw NotFound("secrets", name)) };
            case nameof(Node):
                return request with { Node = Checked(result, cluster.FindNode(name) ?? throw NotFound("nodes", name)) };
            default:
                return request;
        }
    }

    private T Checked<T>(ParseResult result, T found)
        where T : ClusterObject => Value(result, _boundUid) is { Length: > 0 } uid && uid != found.Uid
            ? throw Failed(
                $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated")
            : found;

    private ServiceAccountTokenIssuer Issuer(ParseResult result, TimeProvider time)
    {
        var path = Required(Value(result, _key) is { Length: > 0 } k ? k : null, "no key to sign with: name it with --signing-key");
        try
        {
            var key = SigningKey.Parse(Encoding.UTF8.GetString(new ConfiguredFiles().Read("--signing-key", path)));
            return new ServiceAccountTokenIssuer(Value(result, _issuer) is { Length: > 0 } url ? url : DefaultIssuer, key, time);
        }
        catch (KeyFormatException e)
        {
            throw new CommandException($"--signing-key {path}: {e.Message}", CommandException.BadInput);
        }
        catch (AuthenticationConfigurationException e)
        {
            throw new CommandException(e.Message, CommandException.BadInput);
        }
    }

    private static Option<string> Text(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value };

    private static Option<string[]> Texts(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value, Arity = ArgumentArity.ZeroOrMore };

    private static string Value(ParseResult result, Option<string> option) => result.GetValue(option) ?? "";

    private static T Required<T>(T? value, string otherwise)
        where T : class => value ?? throw new CommandException(otherwise, CommandException.BadInput);

    private static CommandException NotFound(string resource, string name) => Failed($"{resource} {GoText.Quote(name)} not found");

    private static CommandException Failed(string text) => new($"failed to create token: {text}");
}

using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Cli.Flags;
using AuthzSim.Rbac;
using AuthzSim.Server;
using AuthzSim.Server.Serving;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Cli.Commands;

/// <summary>Serves a policy as a Kubernetes API server does.</summary>
internal sealed class ServeCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly AuthenticationServerFlags _authentication;
    private readonly ServerLimitFlags _limits;
    private readonly Option<string> _bindAddress = new("--bind-address")
    {
        Description = "The address to listen at.",
        HelpName = "ip",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private readonly Option<int> _securePort = new("--secure-port")
    {
        Description = "The port to listen at; 0 takes a free one.",
        HelpName = "port",
        DefaultValueFactory = _ => 6443,
    };

    private readonly Option<string> _certificate = new("--tls-cert-file")
    {
        Description = "The server's certificate, followed by intermediate ones (PEM). Without it one is made, by an authority of its own.",
        HelpName = "file",
    };

    private readonly Option<string> _key = new("--tls-private-key-file") { Description = "The private key of --tls-cert-file (PEM).", HelpName = "file" };
    private readonly Option<string> _certificateFolder = new("--cert-dir")
    {
        Description = "Where the authority and certificates that are made are kept.",
        HelpName = "folder",
    };

    private readonly Option<string> _dataFolder = new("--data-dir")
    {
        Description = "Keep objects in this folder: what was written outlasts the server. Without it they are in memory.",
        HelpName = "folder",
    };

    private readonly Option<string[]> _candidate = new("--candidate")
    {
        Description = "Another policy that decides everything, too, and has no say: differences are counted, logged and listed at /authzsim/v1/divergences. Repeatable.",
        HelpName = "path",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _kubeconfig = new("--write-kubeconfig")
    {
        Description = "Write a kubeconfig with which kubectl talks to the server as a member of system:masters.",
        HelpName = "file",
    };

    private readonly Option<string> _logFormat = new("--logging-format")
    {
        Description = "text or json.",
        HelpName = "format",
        DefaultValueFactory = _ => "text",
    };

    public ServeCommand(CommandContext context)
        : base("serve", "Serve a policy over HTTPS as a Kubernetes v1.36 API server does: kubectl, API servers' webhooks and pipelines can talk to it.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        foreach (var option in (Option[])[_bindAddress, _securePort, _certificate, _key, _certificateFolder, _dataFolder, _candidate, _kubeconfig, _logFormat])
        {
            Add(option);
        }

        _limits = new ServerLimitFlags(this);
        _authentication = new AuthenticationServerFlags(this, showsAll: true);
        _logFormat.AcceptOnlyFromAmong("text", "json");
        SetAction(RunAsync);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Serve a policy, for kubectl --kubeconfig admin.conf", "serve -f fixtures/examples/shop --write-kubeconfig admin.conf"),
        new("Keep what is written, and see what another policy would decide", "serve -f fixtures/examples/shop --data-dir state --candidate fixtures/examples/what-if/after.yaml"),
        new("Let users in by tokens of a file", "serve -f fixtures/examples/shop --token-auth-file fixtures/examples/authentication/tokens.csv"),
    ];

    public string OutputShape => "";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(result, cancellationToken).ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new CommandException(e.Message, CommandException.BadInput);
        }
    }

    private async Task ServeAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(_context.Interruption(), cancellationToken);
        var objects = new ClusterObjectReader();
        var files = new FollowedPolicy(_policy, result, _context);
        var loaded = files.Load(objects);
        var address = IPAddress.TryParse(result.GetValue(_bindAddress), out var parsed)
            ? parsed
            : throw new CommandException($"--bind-address: {result.GetValue(_bindAddress)} is no IP address", CommandException.BadInput);
        using var authority = Authority(result);
        using var certificate = Certificate(result, authority, address);
        using var authentication = _authentication.Build(
            result, new ClusterState(objects.Objects), _context.Time, clientCaFile: authority?.CertificateFile);
        foreach (var warning in authentication.Warnings)
        {
            _context.Warn(warning);
        }

        var server = await StartAsync(result, loaded.Policy, authentication, certificate, address, interruption.Token).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            Announce(result, server, authority, loaded.Policy);
            await Task.Run(() => files.ReloadUntilInterrupted(server, interruption.Token), CancellationToken.None).ConfigureAwait(false);
            await server.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<ApiServer> StartAsync(
        ParseResult result, PolicySet policy, ApiServerAuthentication authentication, ServingCertificate certificate, IPAddress address, CancellationToken cancellationToken)
    {
        var port = result.GetValue(_securePort);
        if (port is < 0 or > ushort.MaxValue)
        {
            throw new CommandException($"--secure-port: {port} is no port", CommandException.BadInput);
        }

        var options = new ServerOptions
        {
            Policy = policy,
            Candidate = result.GetValue(_candidate) is { Length: > 0 } candidate ? _policy.LoadFrom(result, _context, candidate) : null,
            DataDirectory = result.GetValue(_dataFolder) is { Length: > 0 } folder ? folder : null,
            ReconcilesDefaultPolicy = _policy.IncludesDefaultPolicy(result),
            Authentication = authentication,
            Certificate = certificate.Certificate,
            Intermediates = certificate.Intermediates,
            BindAddress = address,
            SecurePort = port,
            Version = VersionAction.Version,
            Time = _context.Time,
            Logging = logging => Log(logging, result.GetValue(_logFormat) == "json"),
        };
        return await ApiServer.StartAsync(_limits.Apply(options, result), cancellationToken).ConfigureAwait(false);
    }

    private static void Log(ILoggingBuilder logging, bool isJson)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // Why it could not start is the command's error.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        if (isJson)
        {
            logging.AddJsonConsole(o => o.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat, o.UseUtcTimestamp) = (true, "yyyy-MM-dd'T'HH:mm:ss'Z' ", true));
        }

        logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private SelfSignedAuthority? Authority(ParseResult result)
    {
        if (result.GetValue(_certificate) is { Length: > 0 })
        {
            return null;
        }

        var folder = result.GetValue(_certificateFolder) is { Length: > 0 } given ? given
            : result.GetValue(_dataFolder) is { Length: > 0 } data ? Path.Combine(data, "tls")
            : Path.Combine(StateFolder(), "tls");
        try
        {
            return SelfSignedAuthority.Open(folder, _context.Time);
        }
        catch (CryptographicException e)
        {
            throw new CommandException($"{folder}: the authority there cannot be used ({e.Message}): name another folder with --cert-dir", CommandException.BadInput);
        }
    }

    private string StateFolder() =>
        _context.EnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? Path.Combine(state, AuthzSimCommand.Name)
        : _context.EnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state", AuthzSimCommand.Name)
        : throw new CommandException("no home folder to keep certificates in: name a folder with --cert-dir, or give --tls-cert-file", CommandException.BadInput);

    private ServingCertificate Certificate(ParseResult result, SelfSignedAuthority? authority, IPAddress address)
    {
        if (authority is not null)
        {
            return authority.ServerCertificate(address);
        }

        var (certificate, key) = (result.GetValue(_certificate)!, result.GetValue(_key) ?? "");
        if (key.Length == 0)
        {
            throw new CommandException("--tls-cert-file needs --tls-private-key-file", CommandException.BadInput);
        }

        try
        {
            return ServingCertificate.Load(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw new CommandException($"{certificate}, {key}: {e.Message}", CommandException.BadInput);
        }
    }

    private void Announce(ParseResult result, ApiServer server, SelfSignedAuthority? authority, PolicySet policy)
    {
        var output = _context.Output;
        output.Write(string.Create(CultureInfo.InvariantCulture, $"serving {policy.Count} roles and bindings at {server.Address}\n"));
        if (authority is not null)
        {
            output.Write($"its certificate is of the authority in {authority.CertificateFile}:\n{authority.CertificatePem}");
        }

        if (result.GetValue(_kubeconfig) is { Length: > 0 } path)
        {
            var isOurs = authority is not null && !_authentication.HasClientCa(result);
            KubeconfigFile.Write(path, server.Address, authority?.CertificatePem, isOurs ? authority!.ClientCertificate("authzsim-admin", RbacNames.SystemMasters) : null);
            output.Write(isOurs
                ? $"kubectl --kubeconfig {path} talks to it\n"
                : $"{path} has no credential, since another authority says who clients are: fill in the user\n");
        }

        output.Flush();
    }
}

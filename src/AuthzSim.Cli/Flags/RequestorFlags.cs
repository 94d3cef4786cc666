using System.CommandLine;

namespace AuthzSim.Cli.Flags;

/// <summary>
/// All flags that say who asks: <c>--as</c> alone names a user; with a credential or a server the user is who the server
/// authenticates, and <c>--as</c> whom that user wants to be.
/// </summary>
internal sealed class RequestorFlags
{
    private readonly IdentityFlags _identity;
    private readonly CredentialFlags _credentials;
    private readonly AuthenticationServerFlags _server;
    private readonly ClockFlag _clock;

    public RequestorFlags(Command command, bool showsAll = false)
    {
        _identity = new IdentityFlags(command);
        _credentials = new CredentialFlags(command);
        _server = new AuthenticationServerFlags(command, showsAll);
        _clock = new ClockFlag(command);
    }

    /// <summary>Reads the flags and the files of the credential; the server's files are read when it is asked.</summary>
    /// <exception cref="CommandException">Nobody asks, or the flags contradict each other.</exception>
    public Requestor Begin(ParseResult result, CommandContext context)
    {
        var time = _clock.Of(result, context);
        var hasServer = _server.AreGiven(result);
        if (!hasServer && !_credentials.AreGiven(result))
        {
            return new Requestor(_identity.Resolve(result, context.DefaultIdentity)) { Time = time };
        }

        if (!hasServer)
        {
            throw new CommandException(
                "a credential is given, but no server that judges it: say how it authenticates with kube-apiserver's flags, "
                + "as in '--client-ca-file ca.crt' or '--apiserver-manifest kube-apiserver.yaml'",
                CommandException.BadInput);
        }

        var credentials = _credentials.Read(result, context);
        var flags = _identity.Wanted(result);
        var wanted = flags.Name.Length > 0 ? flags : credentials.Impersonate;
        if (flags.Name.Length == 0 && (IdentityFlags.HasAttributes(flags) || IdentityFlags.HasAttributes(wanted)) && wanted.Name.Length == 0)
        {
            throw IdentityFlags.NobodyNamed(credentials.UserEntry.Length > 0 ? credentials.UserEntry : null);
        }

        return new Requestor(credentials, wanted, cluster => _server.Build(result, cluster, time)) { Time = time };
    }
}

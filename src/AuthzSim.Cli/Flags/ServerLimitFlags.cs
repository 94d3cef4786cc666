using System.CommandLine;
using System.Globalization;
using AuthzSim.Server;
using AuthzSim.Text;

namespace AuthzSim.Cli.Flags;

/// <summary>The flags that say what clients may cost a server.</summary>
internal sealed class ServerLimitFlags
{
    private const string Timeout = "--request-timeout";

    private readonly Option<int> _body = new("--max-request-body-bytes")
    {
        Description = "The most bytes of a request's body; more is answered with 413.",
        HelpName = "bytes",
        DefaultValueFactory = _ => 3 * 1024 * 1024,
    };

    private readonly Option<int> _headers = new("--max-header-bytes")
    {
        Description = "The most bytes of a request line, and of all headers together; more is answered with 414 or 431.",
        HelpName = "bytes",
        DefaultValueFactory = _ => 64 * 1024,
    };

    private readonly Option<int> _connections = new("--max-connections")
    {
        Description = "The most connections at a time; more are closed at once.",
        HelpName = "number",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<string> _timeout = new(Timeout)
    {
        Description = "How long a request may take, with its body and answer; then it is answered with 504. Watches may take longer.",
        HelpName = "duration",
        DefaultValueFactory = _ => "1m0s",
    };

    public ServerLimitFlags(Command command)
    {
        foreach (var option in (Option[])[_body, _headers, _connections, _timeout])
        {
            command.Add(option);
        }
    }

    /// <summary>Options with the limits that the flags name.</summary>
    /// <exception cref="CommandException">A limit is none.</exception>
    public ServerOptions Apply(ServerOptions options, ParseResult result) => options with
    {
        MaxRequestBodyBytes = Within(result, _body, 1, 1 << 30),
        MaxHeaderBytes = Within(result, _headers, 1024, 1 << 20),
        MaxConnections = Within(result, _connections, 1, int.MaxValue),
        RequestTimeout = RequestTimeout(result.GetValue(_timeout) ?? ""),
    };

    private static int Within(ParseResult result, Option<int> option, int least, int most) => result.GetValue(option) is var given && given >= least && given <= most
        ? given
        : throw new CommandException(
            string.Create(CultureInfo.InvariantCulture, $"{option.Name}: {given} is not between {least} and {most}"), CommandException.BadInput);

    private static TimeSpan RequestTimeout(string text) =>
        !GoDuration.TryParse(text, out var timeout) ? throw new CommandException($"{Timeout}: time: invalid duration {GoText.Quote(text)}", CommandException.BadInput)
        : timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(1) ? throw new CommandException($"{Timeout}: {text} is not between 0s and 24h", CommandException.BadInput)
        : timeout;
}

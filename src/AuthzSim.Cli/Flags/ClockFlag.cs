using System.CommandLine;
using System.Globalization;

namespace AuthzSim.Cli.Flags;

/// <summary><c>--time</c>: the instant at which certificates and tokens are judged.</summary>
internal sealed class ClockFlag
{
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly Option<string> _time = new("--time")
    {
        Description = "The time to go by, as 2026-01-31T12:00:00Z; now when not given.",
        HelpName = "time",
    };

    public ClockFlag(Command command) => command.Add(_time);

    /// <summary>The clock.</summary>
    /// <exception cref="CommandException">The time is not RFC 3339.</exception>
    public TimeProvider Of(ParseResult result, CommandContext context)
    {
        if (result.GetValue(_time) is not { Length: > 0 } text)
        {
            return context.Time;
        }

        var isTime = DateTimeOffset.TryParseExact(
            text, _formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        return isTime && (text.EndsWith('Z') || text.AsSpan(text.IndexOf('T', StringComparison.Ordinal)).IndexOfAny('+', '-') > 0)
            ? new StoppedClock(time)
            : throw new CommandException($"invalid argument \"{text}\" for \"--time\" flag: a time such as 2026-01-31T12:00:00Z is needed", CommandException.BadInput);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}

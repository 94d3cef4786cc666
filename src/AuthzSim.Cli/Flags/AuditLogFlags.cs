using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AuthzSim.Audit;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Audit;
using AuthzSim.Replay;

namespace AuthzSim.Cli.Flags;

/// <summary>The audit logs a command reads, and which of their events it looks at.</summary>
internal sealed class AuditLogFlags
{
    private const string StandardInput = "-";
    private const double BytesPerMegabyte = 1_000_000;

    private readonly PolicyFlags _policy;
    private readonly Argument<string[]> _logs = new("LOGS")
    {
        HelpName = "audit.log... | -",
        Description = "Logs of audit.k8s.io/v1 events: files (zipped or not), folders, globs, or - for standard input; JSON Lines, an EventList "
            + "or a List. Rotated files are read from the oldest on, by the time or number in their names.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _users = new("--user")
    {
        Description = "Look at the requests of this user only, impersonated or not. Repeatable.",
        HelpName = "name",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _since = new("--since")
    {
        Description = "Pass over requests received before this time, such as 2026-01-31 or 2026-01-31T12:00:00Z.",
        HelpName = "time",
    };

    private readonly Option<string> _until = new("--until")
    {
        Description = "Pass over requests received at this time or later.",
        HelpName = "time",
    };

    public AuditLogFlags(Command command, PolicyFlags policy)
    {
        _policy = policy;
        command.Add(_logs);
        command.Add(_users);
        command.Add(_since);
        command.Add(_until);
    }

    /// <summary>True when the logs come from standard input.</summary>
    public bool ReadsStandardInput(ParseResult result) => result.GetValue(_logs)?.Contains(StandardInput) == true;

    /// <summary>Which events to look at.</summary>
    /// <exception cref="CommandException">A time is none.</exception>
    public ReplayFilter FilterOf(ParseResult result) => new()
    {
        Users = (result.GetValue(_users) ?? []).ToImmutableHashSet(StringComparer.Ordinal),
        Since = Time(result.GetValue(_since), "since"),
        Until = Time(result.GetValue(_until), "until"),
    };

    /// <summary>Reads all events, tells on a terminal how far it has come, and warns of what was left out.</summary>
    /// <param name="result">The flags.</param>
    /// <param name="context">Where to read and to warn.</param>
    /// <param name="use">Takes the events.</param>
    /// <returns>How many could not be read and were left out.</returns>
    /// <exception cref="CommandException">No log was named, or one input is to be two things.</exception>
    /// <exception cref="Formats.PolicyFormatException">An event cannot be read.</exception>
    public long Read(ParseResult result, CommandContext context, Action<AuditEvent> use)
    {
        if (result.GetValue(_logs) is not { Length: > 0 } paths)
        {
            throw new CommandException(
                "no audit log given: name files, folders or globs, or read standard input with '-'", CommandException.BadInput);
        }

        if (ReadsStandardInput(result) && _policy.ReadsStandardInput(result))
        {
            throw new CommandException("standard input can be the policy or the audit log, not both", CommandException.BadInput);
        }

        long? total = null;
        using var progress = new TerminalProgress(context, bytes => total is null
            ? $"reading audit log: {bytes / BytesPerMegabyte:F0} MB"
            : $"reading audit log: {bytes / BytesPerMegabyte:F0} of {total / BytesPerMegabyte:F0} MB");
        var reader = new AuditLogReader(paths, new AuditLogOptions
        {
            SkipInvalid = _policy.SkipsInvalid(result),
            StandardInput = context.Input,
            BytesRead = progress,
        });
        total = reader.TotalBytes;
        foreach (var @event in reader.Read())
        {
            use(@event);
        }

        progress.Dispose();
        foreach (var problem in reader.Problems)
        {
            context.Warn(problem.ToString());
        }

        if (reader.Skipped > 0)
        {
            context.Warn(string.Create(CultureInfo.InvariantCulture, $"events left out because they cannot be read: {reader.Skipped:N0}"));
        }

        return reader.Skipped;
    }

    private static DateTimeOffset? Time(string? text, string flag)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new CommandException($"invalid argument \"{text}\" for \"--{flag}\" flag: a time such as 2026-01-31 or 2026-01-31T12:00:00Z is needed");
    }
}

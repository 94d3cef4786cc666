using System.CommandLine;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Replay;

namespace AuthzSim.Cli.Commands;

/// <summary>Asks the requests of audit logs again.</summary>
internal sealed class ReplayCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly AuditLogFlags _logs;
    private readonly PolicyFlags _policy;
    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Compare with this policy instead of the server's record: -f is the policy before, this is the one after. Repeatable, as -f.",
        HelpName = "path",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _noHeaders = new("--no-headers") { Description = "Leave out the header line and the summary." };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "wide adds an example's audit ID and URL and why it was and is decided so; json or yaml.",
        HelpName = "format",
    };

    public ReplayCommand(CommandContext context)
        : base(
            "replay",
            "Ask every request of an audit log again: which would now be denied or allowed? Compares with what the server wrote down, or, "
            + "of logs without its annotations, with what it served; a request counts once, however many events it has. Requests that another "
            + "authorizer than RBAC allowed (Node, webhook) are left out, as are those that never came to be authorized. Namespaces and names are "
            + "folded, and paths after two segments. Exits 0 when nothing differs, 1 when something does, 2 when nothing could be compared.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        _logs = new AuditLogFlags(this, _policy);
        Add(_against);
        Add(_noHeaders);
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Which requests of the past would these files decide otherwise?", "replay fixtures/replay/audit.log -f fixtures/examples/shop"),
        new("Had this other policy been in force, who would have been refused what, and who not?", "replay fixtures/replay/audit.log -f fixtures/examples/shop --against fixtures/replay/after"),
        new("Only one user's requests of a day, and why each was and is decided so", "replay fixtures/replay/audit.log -f fixtures/replay/after --user dana --since 2026-03-02 --until 2026-03-03 -o wide"),
        new("The same for a script", "replay fixtures/replay/audit.log -f fixtures/examples/shop -o json"),
    ];

    public string OutputShape =>
        """
        summary      events, unreadable, filtered, compared, equal, nowDenied, nowAllowed;
                     leftOut: further events of a request (repeated), of its receipt (received), unauthenticated,
                     impersonationRefused, allowedByOther, undecided
        groups       one for each change, user, verb and resource or path; in the order of the table
          change     nowDenied or nowAllowed
          user, verb, apiGroup, resource, subresource, path
                     absent ones are ""; all are absent from the group of what exceeds 10,000 groups
          namespaces, moreNamespaces
                     at most 100, "" for the cluster scope, and whether there were more
          count, first, last
          example    the first request: auditID, location, requestURI, namespace, name, user with groups,
                     before and after: allowed, reason
        """;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        var filter = _logs.FilterOf(result);
        if (_logs.ReadsStandardInput(result) && result.GetValue(_against)?.Contains("-") == true)
        {
            throw new CommandException("standard input can be a policy or the audit log, not both", CommandException.BadInput);
        }

        var policy = _policy.LoadCompiled(result, _context);
        var replay = result.GetValue(_against) is { Length: > 0 } other
            ? new AuditReplay(policy, _policy.LoadCompiled(other, result, _context), filter)
            : new AuditReplay(null, policy, filter);
        var unreadable = _logs.Read(result, _context, replay.Add);
        var replayed = replay.ToResult();
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            ObjectPrinter.Print(ReplayJson.Of(replayed, unreadable), format, _context.Output);
        }
        else
        {
            new ReplayTable(_context, !result.GetValue(_noHeaders)).Write(replayed, unreadable, format == OutputFormat.Wide);
        }

        if (replayed.Compared == 0)
        {
            throw new CommandException("no request was compared", CommandException.BadInput);
        }

        return replayed.Differing == 0 ? 0 : CommandException.Failure;
    }
}

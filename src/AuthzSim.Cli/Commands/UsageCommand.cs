using System.CommandLine;
using System.Globalization;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Compiled;
using AuthzSim.Formats;
using AuthzSim.Rbac;
using AuthzSim.Usages;

namespace AuthzSim.Cli.Commands;

/// <summary>What a policy was used for, and the least one that would have done.</summary>
internal sealed class UsageCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly AuditLogFlags _logs;
    private readonly PolicyFlags _policy;
    private readonly Option<bool> _suggest = new("--suggest")
    {
        Description = "Print manifests of the least policy that allows exactly what was allowed and seen, checked by asking every request again.",
    };

    private readonly Option<string> _by = new("--by")
    {
        Description = "With --suggest, how far to go beyond what was seen: name (the default), namespace (all objects of a resource in its "
            + "namespace), group (all resources of an API group in the namespace) or resource (all objects in every namespace).",
        HelpName = "granularity",
    };

    private readonly Option<bool> _missingOnly = new("--missing-only")
    {
        Description = "With --suggest, only what the policy of -f does not allow already.",
    };

    private readonly Option<bool> _includeDenied = new("--include-denied")
    {
        Description = "With --suggest, allow what the server refused as well.",
    };

    private readonly Option<bool> _unused = new("--unused") { Description = "List only bindings with something that was not used: all of it, a rule or a subject." };
    private readonly Option<bool> _noHeaders = new("--no-headers") { Description = "Leave out the header line and the summary." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "table, wide (a line for each rule), json or yaml; with --suggest, yaml or json.",
        HelpName = "format",
    };

    public UsageCommand(CommandContext context)
        : base(
            "usage",
            "Say what each binding and rule was used for by the requests of an audit log, and what was never used; or suggest the least policy "
            + "that would have done. A request counts for everything that allows it, not only what the server names. Objects of the default "
            + "policy are listed when they were used. What a log does not show may still be needed: look at a long enough one.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        _logs = new AuditLogFlags(this, _policy);
        Add(_suggest);
        Add(_by);
        Add(_missingOnly);
        Add(_includeDenied);
        Add(_unused);
        Add(_noHeaders);
        Add(_output);
        _by.CompletionSources.Add([.. Enum.GetNames<Granularity>().Select(n => n.ToLowerInvariant())]);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("What was this policy used for, and what of it never?", "usage fixtures/replay/audit.log -f fixtures/examples/shop"),
        new("The same, rule by rule", "usage fixtures/replay/audit.log -f fixtures/examples/shop -o wide"),
        new("The least policy that allows what was seen", "usage fixtures/replay/audit.log -f fixtures/examples/shop --suggest"),
        new("The same for all objects of a namespace", "usage fixtures/replay/audit.log -f fixtures/examples/shop --suggest --by namespace"),
        new("What is missing for those who were refused", "usage fixtures/replay/audit.log -f fixtures/examples/shop --suggest --missing-only --include-denied"),
    ];

    public string OutputShape => UsageJson.Shape;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        var isSuggesting = result.GetValue(_suggest);
        var granularity = GranularityOf(result.GetValue(_by));
        if (!isSuggesting && (result.GetValue(_missingOnly) || result.GetValue(_includeDenied) || result.GetValue(_by) is not null))
        {
            throw new CommandException("--by, --missing-only and --include-denied go with --suggest", CommandException.BadInput);
        }

        if (isSuggesting && (format is OutputFormat.Table or OutputFormat.Wide || result.GetValue(_unused)))
        {
            throw new CommandException("--suggest prints manifests: -o yaml or -o json, without --unused", CommandException.BadInput);
        }

        var policy = _policy.Load(result, _context).Policy;
        var seen = new SeenRequests(_logs.FilterOf(result));
        _logs.Read(result, _context, seen.Add);
        if (seen.Count == 0)
        {
            throw new CommandException("no request that RBAC decided is in the log", CommandException.BadInput);
        }

        if (seen.BeyondMost > 0)
        {
            throw new CommandException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the log has more than {SeenRequests.Most:N0} distinct requests: narrow it with --user, --since and --until"),
                CommandException.BadInput);
        }

        if (isSuggesting)
        {
            Suggest(result, policy, seen, granularity, format);
            return 0;
        }

        var usage = PolicyUsage.Of(policy, seen.Requests).Where(u => u.Requests > 0 || u.Binding.Location.Path != DefaultPolicy.Path);
        UsageReport report = new(
            seen, [.. usage.Where(u => !result.GetValue(_unused) || IsPartlyUnused(u))]);
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            ObjectPrinter.Print(UsageJson.Of(report), format, _context.Output);
        }
        else
        {
            new UsageTable(_context, !result.GetValue(_noHeaders)).Write(report, format == OutputFormat.Wide);
        }

        return 0;
    }

    private void Suggest(ParseResult result, PolicySet policy, SeenRequests seen, Granularity granularity, string? format)
    {
        List<SeenRequest> wanted = [.. seen.Requests.Where(s => s.WasAllowed || result.GetValue(_includeDenied))];
        if (result.GetValue(_missingOnly))
        {
            wanted = [.. PolicySuggestion.NotAllowedBy(CompiledPolicy.Compile(policy), wanted)];
        }

        var odd = wanted.RemoveAll(s => !PolicySuggestion.CanBeSaid(s.Request));
        if (odd > 0)
        {
            _context.Warn($"requests left out because a rule for them would be a wildcard (* in the URL): {odd}");
        }

        var suggestion = PolicySuggestion.Of(wanted, granularity);
        if (PolicySuggestion.NotAllowedBy(CompiledPolicy.Compile(suggestion), wanted) is [var missing, ..])
        {
            throw new InvalidOperationException($"the suggested policy does not allow {missing.Request}");
        }

        if (suggestion.Count == 0)
        {
            _context.Error.Write("nothing is missing\n");
        }
        else if (format == OutputFormat.Json)
        {
            OutputStream.Use(_context.Output, stream =>
            {
                ManifestWriter.WriteJson(suggestion.Objects, stream);
                return 0;
            });
        }
        else
        {
            ManifestWriter.WriteYaml(suggestion.Objects, _context.Output);
        }
    }

    private static bool IsPartlyUnused(BindingUsage usage) =>
        usage.Requests == 0 || usage.Rules.Any(r => r.Requests == 0) || !usage.UnusedSubjects.IsEmpty;

    private static Granularity GranularityOf(string? text) => text switch
    {
        null or "name" => Granularity.Name,
        "namespace" => Granularity.Namespace,
        "group" => Granularity.Group,
        "resource" => Granularity.Resource,
        _ => throw new CommandException($"--by {text}: expected name, namespace, group or resource", CommandException.BadInput),
    };
}

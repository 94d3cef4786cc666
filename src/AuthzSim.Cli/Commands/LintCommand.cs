using System.CommandLine;
using System.Text.Json.Nodes;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Lint;

namespace AuthzSim.Cli.Commands;

/// <summary>What is needless, dangling or more powerful than it seems in a valid policy.</summary>
internal sealed class LintCommand : Command, IHasExamples
{
    private const string Never = "never";

    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly Option<string> _failOn = new("--fail-on")
    {
        Description = "Exit 1 when there is a finding of this severity or worse: error, warning, info or never. (default error)",
        HelpName = "severity",
    };

    private readonly Option<string[]> _only = Codes("--only", "Report findings of this code only. Repeatable, or with commas.");
    private readonly Option<string[]> _skip = Codes("--skip", "Report no findings of this code. Repeatable, or with commas.");
    private readonly Option<string> _output = new("--output", "-o") { Description = "text, json or yaml.", HelpName = "format" };

    public LintCommand(CommandContext context)
        : base(
            "lint",
            "Find what is needless, dangling or more powerful than it seems: rules and bindings that may go without a change for anybody, "
            + "all those reported together; names of nothing; wildcards; who can become cluster admin, step by step. "
            + "The default policy counts, but nothing is said of it. Under GITHUB_ACTIONS findings are annotations, too.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        Add(_failOn);
        Add(_only);
        Add(_skip);
        Add(_output);
        _failOn.CompletionSources.Add("error", "info", Never, "warning");
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Text, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("What could be better here?", "lint -f fixtures/examples/shop"),
        new("Who can become cluster admin, and how?", "lint --only can-become-cluster-admin,cluster-admin -f fixtures/examples/shop -f fixtures/examples/read-pods"),
        new("A gate for a pipeline", "lint --fail-on warning --skip unused-role,wildcard -f fixtures/examples/read-pods"),
        new("For a script", "lint -o json -f fixtures/examples/shop"),
    ];

    public string OutputShape =>
        $"""
        errors, warnings, infos  how many there are
        findings    worst first: objects of
          severity  error, warning or info
          code      {string.Join(",\n            ", PolicyLint.Codes.Chunk(4).Select(c => string.Join(", ", c)))}
          path, line, column  the place; "" and 0 when unknown
          message   what is odd
          advice    the way out; absent when the message says it
          steps     the way to cluster admin: objects of actor (kind, name, namespace) and text
        """;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Text, OutputFormat.Yaml);
        var failOn = SeverityOf(result.GetValue(_failOn) ?? "error");
        var (only, skip) = (CodesOf(result, _only), CodesOf(result, _skip));
        var loaded = _policy.Load(result, _context);
        List<LintFinding> findings =
        [
            .. PolicyLint.FindAll(loaded.Policy, loaded.Mapper.Discovery)
                .Where(f => f.Location.Path != Formats.DefaultPolicy.Path && (only.Count == 0 || only.Contains(f.Code)) && !skip.Contains(f.Code)),
        ];
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            ObjectPrinter.Print(Json(findings), format, _context.Output);
        }
        else
        {
            LintText.Write(findings, _context);
        }

        if (_context.EnvironmentVariable("GITHUB_ACTIONS") == "true")
        {
            GitHubAnnotations.Write(findings, _context);
        }

        return failOn is { } least && findings.Exists(f => f.Severity >= least) ? CommandException.Failure : 0;
    }

    private static JsonObject Json(List<LintFinding> findings) => new()
    {
        ["errors"] = findings.Count(f => f.Severity == LintSeverity.Error),
        ["warnings"] = findings.Count(f => f.Severity == LintSeverity.Warning),
        ["infos"] = findings.Count(f => f.Severity == LintSeverity.Info),
        ["findings"] = new JsonArray([.. findings.Select(Json)]),
    };

    private static JsonObject Json(LintFinding finding)
    {
        var result = new JsonObject
        {
            ["severity"] = LintText.WordOf(finding.Severity),
            ["code"] = finding.Code,
            ["path"] = finding.Location.Path ?? "",
            ["line"] = finding.Location.Line,
            ["column"] = finding.Location.Column,
            ["message"] = finding.Message,
        };
        if (finding.Advice.Length > 0)
        {
            result["advice"] = finding.Advice;
        }

        if (!finding.Steps.IsEmpty)
        {
            result["steps"] = new JsonArray([.. finding.Steps.Select(s => new JsonObject { ["actor"] = PolicyJson.Of(s.Actor, ""), ["text"] = s.Words })]);
        }

        return result;
    }

    private static LintSeverity? SeverityOf(string word) => word.ToLowerInvariant() switch
    {
        "error" => LintSeverity.Error,
        "warning" => LintSeverity.Warning,
        "info" => LintSeverity.Info,
        Never => null,
        _ => throw new CommandException($"\"{word}\" is no severity: --fail-on takes error, warning, info or never", CommandException.BadInput),
    };

    private static HashSet<string> CodesOf(ParseResult result, Option<string[]> option)
    {
        string[] codes = [.. (result.GetValue(option) ?? []).SelectMany(c => c.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return Array.Find(codes, c => !PolicyLint.Codes.Contains(c)) is { } unknown
            ? throw new CommandException($"\"{unknown}\" is no code of lint; codes are {string.Join(", ", PolicyLint.Codes)}", CommandException.BadInput)
            : codes.ToHashSet(StringComparer.Ordinal);
    }

    private static Option<string[]> Codes(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = "code", Arity = ArgumentArity.ZeroOrMore };
        option.CompletionSources.Add([.. PolicyLint.Codes]);
        return option;
    }
}

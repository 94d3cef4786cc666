using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Analysis;
using AuthzSim.Cli.Changes;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Formats.Exceptions;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Commands;

/// <summary>Who gains and loses what by a change of policy.</summary>
internal sealed class DiffCommand : Command, IHasExamples
{
    private static readonly string[] _formats =
    [
        OutputFormat.Text, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Markdown, OutputFormat.Sarif, OutputFormat.Html,
    ];

    private const string NoNewAccess = "no-new-access";

    private readonly CommandContext _context;
    private readonly Argument<string[]> _sides = new("POLICIES")
    {
        HelpName = "BEFORE AFTER",
        Description = "The policy before and after: each a file, folder, glob or snapshot. Without them: -f with --apply or --delete.",
        Arity = new ArgumentArity(0, 2),
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "text, json, yaml, markdown (a comment of a pull request), sarif (code scanning) or html (one page to search in).",
        HelpName = "format",
    };

    private readonly Option<string[]> _failOn = new("--fail-on")
    {
        Description = "What makes the exit code 1: any (the default), gain, loss, severity=low|medium|high|critical, or never. Repeatable.",
        HelpName = "condition",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _allow = new("--allow")
    {
        Description = "A file of agreed exceptions (kind: AccessException), each with a reason and an expiry date.",
        HelpName = "file",
    };

    private readonly Option<string> _proves = new("--proves")
    {
        Description = "The bare verdict, PASS or FAIL with reasons: no-new-access.",
        HelpName = "claim",
    };

    private readonly PolicyFlags _policy;
    private readonly GroupsFlag _groups;
    private readonly EditFlags _edits;
    private readonly IdentityFlags _identity;

    public DiffCommand(CommandContext context)
        : base("diff", "Say who gains and who loses what between two policies, or by edits of one: exact and complete, worst first.")
    {
        _context = context;
        Add(_sides);
        _policy = new PolicyFlags(this);
        _edits = new EditFlags(this);
        Add(_output);
        _groups = new GroupsFlag(this, "A file of who is in which groups (user: [group, ...]): these people get lines of their own.");
        Add(_failOn);
        Add(_allow);
        Add(_proves);
        _identity = new IdentityFlags(this);
        _output.CompletionSources.Add(_formats);
        _failOn.CompletionSources.Add(
            FailureThreshold.Any, FailureThreshold.Gain, FailureThreshold.Loss, FailureThreshold.Never,
            FailureThreshold.SeverityPrefix + "low", FailureThreshold.SeverityPrefix + "medium",
            FailureThreshold.SeverityPrefix + "high", FailureThreshold.SeverityPrefix + "critical");
        _proves.CompletionSources.Add(NoNewAccess);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("What does this change do, and what to people of known groups?", "diff -f fixtures/examples/shop --apply fixtures/examples/what-if/change.yaml --groups fixtures/examples/what-if/people.yaml"),
        new("And if a binding goes?", "diff -f fixtures/examples/shop --delete rolebinding/deploys -n shop"),
        new("Two policies, such as two checkouts, that say the same in other words", "diff fixtures/examples/what-if/before.yaml fixtures/examples/what-if/after.yaml"),
        new("A gate: no gain that is high or worse, but for what was agreed on", "diff -f fixtures/examples/shop --apply fixtures/examples/what-if/change.yaml --fail-on severity=high --allow fixtures/examples/what-if/exceptions.yaml"),
        new("The same as a comment of a pull request", "diff -f fixtures/examples/shop --apply fixtures/examples/what-if/change.yaml -o markdown"),
        new("PASS or FAIL: does anybody get more than before?", "diff -f fixtures/examples/shop --apply fixtures/examples/what-if/change.yaml --proves no-new-access"),
        new("Would the server take these edits from ines?", "diff -f fixtures/examples/shop --apply fixtures/examples/what-if/change.yaml --as ines"),
    ];

    public string OutputShape => DiffJson.Shape;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), _formats);
        var threshold = FailureThreshold.Parse(result.GetValue(_failOn) ?? []);
        var claim = result.GetValue(_proves);
        if (claim is not (null or NoNewAccess))
        {
            throw new CommandException($"--proves {claim}: expected {NoNewAccess}", CommandException.BadInput);
        }

        var people = _groups.Read(result).Select(p => UserInfo.Impersonated(p.Key, p.Value)).ToList();
        ImmutableArray<AccessException> exceptions = result.GetValue(_allow) is { Length: > 0 } agreed ? AccessExceptionFile.Read(agreed) : [];
        var report = Compare(result, people, exceptions);
        Print(report, claim, format);
        return claim is not null ? (report.Diff.HasGain || !report.Refused.IsEmpty ? CommandException.Failure : 0)
            : threshold.IsMetBy(report.Diff) || !report.Refused.IsEmpty ? CommandException.Failure
            : 0;
    }

    private DiffReport Compare(ParseResult result, List<UserInfo> people, ImmutableArray<AccessException> exceptions)
    {
        PolicySet before;
        PolicySet after;
        ImmutableArray<RefusedEdit> refused = [];
        var (beforeTitle, afterTitle) = ("", "");
        switch (result.GetValue(_sides) ?? [])
        {
            case [var first, var second] when !_policy.IsGiven(result) && !_edits.IsGiven(result):
                before = _policy.LoadFrom(result, _context, [first]);
                after = _policy.LoadFrom(result, _context, [second]);
                (beforeTitle, afterTitle) = (first, second);
                break;
            case [] when _policy.IsGiven(result) && _edits.IsGiven(result):
                before = _policy.Load(result, _context).Policy;
                var edit = EditOf(result, before);
                (after, beforeTitle, afterTitle) = (edit.After, string.Join(", ", _policy.PathsOf(result)), edit.Title);
                using (var progress = new TerminalProgress(_context, count => $"asking the server's rules: edit {count} of {edit.Changes.Length}"))
                {
                    refused = edit.Refusals(before, EditorOf(result), progress);
                }

                break;
            default:
                throw new CommandException(
                    "say what to compare: BEFORE AFTER, or the policy with -f and its edits with --apply or --delete", CommandException.BadInput);
        }

        var today = DateOnly.FromDateTime(_context.Time.GetUtcNow().UtcDateTime);
        return new DiffReport
        {
            Diff = AssessedDiff.Of(PolicyDiff.Compute(before, after, people), after, exceptions, today),
            Before = beforeTitle,
            After = afterTitle,
            Refused = refused,
        };
    }

    private PolicyEdit EditOf(ParseResult result, PolicySet before)
    {
        var paths = _edits.PathsOf(result);
        var applied = paths.Count > 0 ? _policy.LoadFrom(result, _context, paths, isWhole: false) : PolicySet.Empty;
        return PolicyEdit.TryMake(before, applied, paths, [.. _edits.DeletionsOf(result)], out var edit, out var problem)
            ? edit
            : throw new CommandException(problem, CommandException.BadInput);
    }

    /// <summary>Who makes the edits: without <c>--as</c> somebody who may do everything, so that only validation can refuse.</summary>
    private UserInfo EditorOf(ParseResult result)
    {
        var wanted = _identity.Wanted(result);
        return wanted.Name.Length > 0 || IdentityFlags.HasAttributes(wanted)
            ? _identity.Resolve(result, fallback: null)
            : new UserInfo { Name = "kubernetes-admin", Groups = [RbacNames.SystemMasters] };
    }

    private void Print(DiffReport report, string? claim, string? format)
    {
        if (claim is not null)
        {
            VerdictText.Write(report, _context.Output);
            return;
        }

        switch (format)
        {
            case OutputFormat.Json or OutputFormat.Yaml:
                ObjectPrinter.Print(DiffJson.Of(report), format, _context.Output);
                break;
            case OutputFormat.Markdown:
                DiffMarkdown.Write(report, _context.Output);
                break;
            case OutputFormat.Html:
                DiffHtml.Write(report, _context.Output);
                break;
            case OutputFormat.Sarif:
                OutputStream.Use(_context.Output, stream =>
                {
                    DiffSarif.Write(report, stream);
                    return 0;
                });
                break;
            default:
                DiffText.Write(report, _context.Output, _context is { IsOutputTerminal: true, AllowsColor: true });
                break;
        }
    }
}

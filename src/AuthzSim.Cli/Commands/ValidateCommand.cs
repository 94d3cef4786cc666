using System.CommandLine;
using System.Text.Json.Nodes;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats;
using AuthzSim.Lint;

namespace AuthzSim.Cli.Commands;

/// <summary>All problems of a policy: what the API server would refuse, and what it accepts but does nothing.</summary>
internal sealed class ValidateCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly Option<string> _output = new("--output", "-o") { Description = "json or yaml.", HelpName = "format" };
    private readonly PolicyFlags _policy;

    public ValidateCommand(CommandContext context)
        : base("validate", "List every problem of policy files, with file, line and column; exits 0 without errors, else 2.")
    {
        _context = context;
        _policy = new PolicyFlags(this, canSkip: false);
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Would the API server take these files, and do they do what they say?", "validate -f fixtures/examples/shop"),
        new("The problems as JSON", "validate -f fixtures/examples/shop -o json"),
    ];

    public string OutputShape =>
        """
        files       how many were read
        errors      how many there are
        warnings    how many there are
        passedOver  how many objects of each kind that is not RBAC's: kind to count
        problems    objects of
          severity  error or warning
          code      a word that stays the same, such as unknown-field or dangling-role-ref
          path      the file; empty when the problem has no place
          line      from 1; 0 when unknown
          column    from 1; 0 when unknown
          message   what is wrong
        """;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Yaml);
        var read = _policy.ReadAll(result, _context);
        List<Diagnostic> problems =
        [
            .. read.Diagnostics,
            .. PolicyLint.Find(read.Policy)
                .Where(f => f.Location.Path != DefaultPolicy.Path)
                .Select(f => new Diagnostic(f.Location, DiagnosticSeverity.Warning, f.Code, f.Message)),
        ];
        var errors = problems.Count(p => p.Severity == DiagnosticSeverity.Error);
        if (format is null)
        {
            Write(problems, errors, read);
        }
        else
        {
            ObjectPrinter.Print(Json(problems, errors, read), format, _context.Output);
        }

        return errors == 0 ? 0 : CommandException.BadInput;
    }

    private void Write(List<Diagnostic> problems, int errors, PolicyLoadResult read)
    {
        foreach (var problem in problems)
        {
            var place = problem.Location.IsKnown ? $"{problem.Location}: " : "";
            _context.Output.Write($"{place}{WordOf(problem)}: {problem.Message} ({problem.Code})\n");
        }

        var passedOver = read.DocumentsPassedOver == 0 ? ""
            : $"; other kinds passed over: {string.Join(", ", read.PassedOver.Select(k => $"{k.Value} {k.Key}"))}";
        _context.Output.Write($"{Count(read.FilesRead, "file")}: {Count(errors, "error")}, {Count(problems.Count - errors, "warning")}{passedOver}\n");
    }

    private static JsonObject Json(List<Diagnostic> problems, int errors, PolicyLoadResult read) => new()
    {
        ["files"] = read.FilesRead,
        ["errors"] = errors,
        ["warnings"] = problems.Count - errors,
        ["passedOver"] = new JsonObject(read.PassedOver.Select(k => KeyValuePair.Create<string, JsonNode?>(k.Key, k.Value))),
        ["problems"] = new JsonArray([.. problems.Select(p => new JsonObject
        {
            ["severity"] = WordOf(p),
            ["code"] = p.Code,
            ["path"] = p.Location.Path ?? "",
            ["line"] = p.Location.Line,
            ["column"] = p.Location.Column,
            ["message"] = p.Message,
        })]),
    };

    private static string WordOf(Diagnostic problem) => problem.Severity == DiagnosticSeverity.Error ? "error" : "warning";

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

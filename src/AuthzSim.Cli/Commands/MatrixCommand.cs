using System.Collections.Immutable;
using System.CommandLine;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Discovery;
using AuthzSim.Formats.Answers;
using AuthzSim.Formats.Discovery;
using AuthzSim.Matrix;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Commands;

/// <summary>Who may do what, as one table.</summary>
internal sealed class MatrixCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly GroupsFlag _groups;
    private readonly Option<string[]> _subject = Repeatable(
        "--subject", "A row: user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME (sa: for short). Repeatable. Without it, those that bindings name.", "subject");

    private readonly Option<string[]> _resource = Repeatable(
        "--resource", "A column: a type, TYPE/SUBRESOURCE, or a URL path. Repeatable, or with commas. Without it, those that granted rules mention.", "type");

    private readonly Option<string[]> _verb = Repeatable("--verb", "Ask for this verb only. Repeatable, or with commas.", "verb");
    private readonly Option<string[]> _namespace = Repeatable(
        "--namespace", "Ask about requests in this namespace. Repeatable. Without it, about the whole cluster: what is allowed everywhere, and what in some namespace only.", "namespace");

    private readonly Option<bool> _includeDefaults = new("--include-defaults")
    {
        Description = "Include the subjects that only the default bindings of the API server name.",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "csv (a line for each verb allowed), html (one page to look at in a browser), json, table or yaml.",
        HelpName = "format",
    };

    public MatrixCommand(CommandContext context)
        : base("matrix", "Show who may do what: a row for each subject, a column for each resource, the verbs allowed in the cells.")
    {
        _context = context;
        _namespace.Aliases.Add("-n");
        _policy = new PolicyFlags(this);
        Add(_subject);
        Add(_resource);
        Add(_verb);
        Add(_namespace);
        _groups = new GroupsFlag(this, "List the people in groups instead of the groups, with all they have by any of them: a file of `user: [group, ...]`, YAML or JSON.");
        Add(_includeDefaults);
        Add(_output);
        _resource.CompletionSources.Add(_ => DiscoveryReader.Kubernetes136.Resources.Select(r => r.Name).Distinct());
        _verb.CompletionSources.Add([.. KnownVerbs.Resource.Where(v => v != RbacNames.All)]);
        _output.CompletionSources.Add(OutputFormat.Csv, OutputFormat.Html, OutputFormat.Json, OutputFormat.Table, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Who may do what in the shop?", "matrix --resource orders,pods,secrets -f fixtures/examples/shop"),
        new("In its namespace, with people instead of groups", "matrix -n shop --resource orders,pods/log,secrets --groups fixtures/people.yaml -f fixtures/examples/shop"),
        new("Who may read secrets, as a list for a spreadsheet?", "matrix --resource secrets --verb get,list -o csv -f fixtures/examples/shop"),
        new("Two subjects side by side, for a script", "matrix --subject user:ines --subject sa:shop/builder --resource deployments -n shop -o json -f fixtures/examples/shop"),
        new("A page to look at", "matrix -o html -f fixtures/examples/shop"),
    ];

    public string OutputShape =>
        """
        namespaces        those asked about; absent when the whole cluster was
        resources         the columns: objects of
          apiGroup, resource, subresource, verbs; path and verbs for a URL
        subjects          the rows: objects of
          kind, name, namespace
          groups          those that were taken into account
          access          the cells that are not empty: objects of
            namespace     the namespace asked about; absent when the whole cluster was
            resource      as in the table: pods, deployments.apps/scale, /metrics
            verbs         allowed to the full: everywhere, or for any object of the namespace
            someNamespaces  allowed in some namespaces only; absent when none
            namedObjects  allowed for objects that rules name only; absent when none
        """;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(
            result.GetValue(_output), OutputFormat.Csv, OutputFormat.Html, OutputFormat.Json, OutputFormat.Table, OutputFormat.Yaml);
        var groups = _groups.Read(result);
        var asked = (result.GetValue(_subject) ?? []).Select(SubjectFlag.Parse).ToList();
        var loaded = _policy.Load(result, _context);
        var includeDefaults = result.GetValue(_includeDefaults);
        ImmutableArray<MatrixSubject> subjects = asked.Count > 0
            ? [.. MatrixSelection.Rows(asked, groups)]
            : MatrixSelection.SubjectsOf(loaded.Policy, groups, includeDefaults);
        if (subjects.IsEmpty)
        {
            throw new CommandException(
                "no bindings name anybody but the default ones: name subjects with --subject, or add --include-defaults", CommandException.BadInput);
        }

        var resources = MatrixColumns.Of(
            loaded.Policy, loaded.Mapper, Split(result.GetValue(_resource)), Split(result.GetValue(_verb)), includeDefaults, _context.Warn);
        string?[] namespaces = result.GetValue(_namespace) is { Length: > 0 } given ? [.. given.Distinct(StringComparer.Ordinal)] : [null];
        var matrices = Array.ConvertAll(namespaces, n => ResourceMatrix.Compute(loaded.Policy, subjects, resources, n));
        switch (format)
        {
            case OutputFormat.Csv:
                MatrixCsv.Write(matrices, _context.Output);
                break;
            case OutputFormat.Html:
                MatrixHtml.Write(matrices, _context.Output);
                break;
            case OutputFormat.Json:
                OutputStream.Use(_context.Output, stream =>
                {
                    MatrixJson.Write(matrices, stream);
                    return true;
                });
                _context.Output.Write('\n');
                break;
            case OutputFormat.Yaml:
                ObjectPrinter.Print(MatrixJson.Of(matrices), format, _context.Output);
                break;
            default:
                new MatrixTable(_context).Write(matrices);
                break;
        }

        return 0;
    }

    private static string[] Split(string[]? values) =>
        [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static Option<string[]> Repeatable(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ZeroOrMore,
    };
}

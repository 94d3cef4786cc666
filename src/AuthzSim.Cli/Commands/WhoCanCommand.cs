using System.CommandLine;
using AuthzSim.Analysis;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Commands;

/// <summary>Who may do something, and what grants it: the columns of kubectl-who-can in one table.</summary>
internal sealed class WhoCanCommand : Command, IHasExamples
{
    private const string Everywhere = "*";

    private readonly CommandContext _context;
    private readonly Option<bool> _noHeaders = new("--no-headers") { Description = "Leave out the header line." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "wide adds the places of binding and rule; name prints each subject once; json or yaml.",
        HelpName = "format",
    };

    private readonly QuestionFlags _question;
    private readonly PolicyFlags _policy;
    private readonly GroupsFlag _groups;

    public WhoCanCommand(CommandContext context)
        : base("who-can", "List who may do something, cluster-wide and in each namespace; exits 1 when nobody may.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        _question = new QuestionFlags(
            this,
            "Ask about every namespace; this is what happens without -n, too.",
            "Ask about this namespace: role bindings of others are left out.");
        _groups = new GroupsFlag(this, "List the people in groups instead of the groups: a file of `user: [group, ...]`, YAML or JSON.");
        Add(_noHeaders);
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Name, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Who may list pods, anywhere?", "who-can list pods -f fixtures/examples/read-pods"),
        new("The same, without the accounts of the system itself", "who-can list pods --no-default-policy -f fixtures/examples/read-pods"),
        new("Who may read secrets in namespace shop, and which lines of which files say so?", "who-can get secrets -n shop -o wide -f fixtures/examples/shop"),
        new("Who may open a shell in a pod: the people, not the groups", "who-can create pods --subresource exec --groups fixtures/people.yaml -f fixtures/examples/shop"),
        new("Who may read the server's metrics?", "who-can get /metrics -f fixtures/examples/shop"),
    ];

    public string OutputShape =>
        """
        items        one for each binding and subject: objects of
          binding    kind, namespace, name, location (path:line:column)
          role       the same
          rule       apiGroups, nonResourceURLs, resourceNames, resources, verbs, location
          subject    kind, name, namespace: as the binding has it
          namespace  where the subject may; absent when everywhere
          person     with --groups: the member of the group who may
        """;

    private int Run(ParseResult result)
    {
        var arguments = _question.ArgumentsOf(result);
        QuestionFlags.RequireTwo(arguments, Name);
        var format = OutputFormat.Parse(
            result.GetValue(_output), OutputFormat.Json, OutputFormat.Name, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        var people = _groups.Read(result);
        var loaded = _policy.Load(result, _context);

        // Without -n the question is about every namespace, so a cluster-wide type deserves no warning.
        var given = _question.GivenNamespace(result);
        var question = Question.Parse(arguments[0], arguments[1], loaded.Mapper);
        question.Check(_context, _question.SubresourceOf(result), allNamespaces: given is null);
        var hasNamespace = question.Type is { ApiResource: null or { IsNamespaced: true } };
        var attributes = question.ToAttributes(new UserInfo(), "", _question.SubresourceOf(result));
        var entries = WhoCan.Find(loaded.Policy, attributes, n => hasNamespace && (given is null || n == given));
        List<(WhoCanEntry Entry, string? Person)> expanded = [.. WhoCan.ExpandGroups(entries, people)];
        if (expanded.Count == 0)
        {
            _context.Error.Write($"No subjects found with permissions to {arguments[0]} {arguments[1]}\n");
        }

        Print(expanded, format, result.GetValue(_noHeaders));
        return expanded.Count > 0 ? 0 : CommandException.Failure;
    }

    private void Print(List<(WhoCanEntry Entry, string? Person)> entries, string? format, bool noHeaders)
    {
        switch (format)
        {
            case OutputFormat.Json or OutputFormat.Yaml:
                ObjectPrinter.Print(WhoCanJson.Of(entries), format, _context.Output);
                break;
            case OutputFormat.Name:
                foreach (var name in entries.Select(NameOf).Distinct(StringComparer.Ordinal))
                {
                    _context.Output.Write(name + "\n");
                }

                break;
            default:
                if (entries.Count > 0)
                {
                    PrintTable(entries, format == OutputFormat.Wide, noHeaders);
                }

                break;
        }
    }

    private void PrintTable(List<(WhoCanEntry Entry, string? Person)> entries, bool isWide, bool noHeaders)
    {
        string[] header =
        [
            "BINDING", "ROLE", "NAMESPACE", "SUBJECT", "TYPE", "SA-NAMESPACE",
            .. isWide ? ["BINDING AT", "RULE AT"] : Array.Empty<string>(),
        ];
        new TableWriter(_context, !noHeaders).Write(header, entries.Select(e => Row(e.Entry, e.Person, isWide)));
    }

    private static string[] Row(WhoCanEntry entry, string? person, bool isWide) =>
    [
        $"{entry.Source.Binding.Kind}/{entry.Source.Binding.Metadata.Name}",
        $"{entry.Source.Role.Kind}/{entry.Source.Role.Metadata.Name}",
        entry.Namespace.Length == 0 ? Everywhere : entry.Namespace,
        person ?? entry.Source.Subject.Name,
        person is null ? entry.Source.Subject.Kind : $"{RbacNames.UserKind} in {entry.Source.Subject.Name}",
        entry.SubjectNamespace,
        .. isWide
            ? [RuleText.Place(entry.Source.Binding.Location), RuleText.Place(entry.Rule.Location)]
            : Array.Empty<string>(),
    ];

    private static string NameOf((WhoCanEntry Entry, string? Person) entry) => entry switch
    {
        { Person: { } person } => $"{RbacNames.UserKind}/{person}",
        { Entry: { Source.Subject.Kind: RbacNames.ServiceAccountKind } e } => $"{e.Source.Subject.Kind}/{e.SubjectNamespace}/{e.Source.Subject.Name}",
        { Entry: var e } => $"{e.Source.Subject.Kind}/{e.Source.Subject.Name}",
    };
}

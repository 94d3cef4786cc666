using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Matrix;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Commands;

/// <summary>What one subject may that another may not.</summary>
internal sealed class CompareCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly PolicyFlags _policy;
    private readonly GroupsFlag _groups;
    private readonly Argument<string[]> _subjects = new("SUBJECT SUBJECT")
    {
        HelpName = "SUBJECT SUBJECT",
        Description = "user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME (sa: for short); a bare name is a user.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "json or yaml.", HelpName = "format" };

    public CompareCommand(CommandContext context)
        : base("compare", "Say what one subject may that another may not, and the reverse: exact, over all namespaces. Exits 0 when they may the same, else 1.")
    {
        _context = context;
        Add(_subjects);
        _policy = new PolicyFlags(this);
        _groups = new GroupsFlag(this, "The groups users are in: a file of `user: [group, ...]`, YAML or JSON.");
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("What may ben that sue may not?", "compare ben sue --groups fixtures/people.yaml -f fixtures/examples/shop"),
        new("Does the build job need less than the team has?", "compare sa:shop/builder group:shop-team -f fixtures/examples/shop"),
        new("For a script", "compare user:ines group:shop-team -o json -f fixtures/examples/shop"),
    ];

    public string OutputShape =>
        """
        same      true when both may the same
        subjects  the two: kind, name, namespace, groups
        only      for each of the two what the other may not: rules as diff has them, objects of
          namespaces, verbs, apiGroups, resources (resources, subresources), resourceNames; or verbs, nonResourceURLs
          except… beside a ["*"]: what is not meant
          text    the rule in words
        """;

    private int Run(ParseResult result)
    {
        if (result.GetValue(_subjects) is not [var left, var right])
        {
            throw new CommandException("name two subjects, as in 'compare user:ann group:dev'", CommandException.BadInput);
        }

        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Yaml);
        var groups = _groups.Read(result);
        MatrixSubject[] subjects = [Of(left, groups), Of(right, groups)];
        var policy = _policy.Load(result, _context).Policy;
        var access = EffectiveAccess.Of(policy, subjects[0].User, subjects[1].User);
        AccessSet[] only = [access[0].Except(access[1]), access[1].Except(access[0])];
        var isSame = only[0].IsEmpty && only[1].IsEmpty;
        if (format is null)
        {
            Write(subjects, only);
        }
        else
        {
            ObjectPrinter.Print(Json(subjects, only, isSame), format, _context.Output);
        }

        return isSame ? 0 : CommandException.Failure;
    }

    private void Write(MatrixSubject[] subjects, AccessSet[] only)
    {
        string[] names = [SubjectArgument.Format(subjects[0].Subject), SubjectArgument.Format(subjects[1].Subject)];
        if (only[0].IsEmpty && only[1].IsEmpty)
        {
            _context.Output.Write($"{names[0]} and {names[1]} may do the same\n");
            return;
        }

        for (var i = 0; i < 2; i++)
        {
            if (only[i].IsEmpty)
            {
                _context.Output.Write($"{names[i]} may do nothing that {names[1 - i]} may not\n");
                continue;
            }

            _context.Output.Write($"only {names[i]} may:\n");
            foreach (var rule in only[i].Rules)
            {
                _context.Output.Write($"  {AccessText.Of(rule)}\n");
            }
        }
    }

    private static JsonObject Json(MatrixSubject[] subjects, AccessSet[] only, bool isSame) => new()
    {
        ["same"] = isSame,
        ["subjects"] = new JsonArray([.. subjects.Select(MatrixJson.Of)]),
        ["only"] = new JsonArray([.. only.Select(AccessJson.Of)]),
    };

    private static MatrixSubject Of(string argument, ImmutableSortedDictionary<string, ImmutableArray<string>> groups)
    {
        var subject = SubjectFlag.Parse(argument);
        return subject.Kind == RbacNames.UserKind && groups.TryGetValue(subject.Name, out var own)
            ? MatrixSubject.Person(subject.Name, own)
            : MatrixSubject.Of(subject);
    }
}

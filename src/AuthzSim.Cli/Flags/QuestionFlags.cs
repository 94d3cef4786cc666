using System.CommandLine;
using AuthzSim.Discovery;
using AuthzSim.Formats.Discovery;

namespace AuthzSim.Cli.Flags;

/// <summary>The arguments and flags that say what is asked: VERB, TYPE[/NAME] or NONRESOURCEURL, and where.</summary>
internal sealed class QuestionFlags
{
    private readonly Argument<string?> _verb = new("VERB")
    {
        HelpName = "VERB",
        Description = "The verb, such as get, list or create.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> _target = new("TYPE[/NAME] | NONRESOURCEURL")
    {
        HelpName = "TYPE[/NAME] | NONRESOURCEURL",
        Description = "A type (plural, singular or short name, res.group, res.version.group) and maybe a name; or a URL path.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        HelpName = "namespace",
    };

    private readonly Option<bool> _allNamespaces = new("--all-namespaces", "-A");

    private readonly Option<string> _subresource = new("--subresource")
    {
        Description = "A subresource, such as log or scale.",
        HelpName = "name",
    };

    public QuestionFlags(
        Command command, string allNamespacesDescription, string namespaceDescription = "The namespace asked about; default when not given.")
    {
        _namespace.Description = namespaceDescription;
        _allNamespaces.Description = allNamespacesDescription;
        _verb.CompletionSources.Add([.. KnownVerbs.Resource.Where(v => v != "*")]);
        _target.CompletionSources.Add(_ => DiscoveryReader.Kubernetes136.Resources.Select(r => r.Name).Distinct());
        command.Add(_verb);
        command.Add(_target);
        command.Add(_namespace);
        command.Add(_allNamespaces);
        command.Add(_subresource);
    }

    /// <summary>All arguments as typed; the question has exactly two.</summary>
    public string[] ArgumentsOf(ParseResult result) =>
        [.. result.GetValue(_verb) is { } verb ? [verb] : Array.Empty<string>(), .. result.GetValue(_target) ?? []];

    /// <exception cref="CommandException">There are not two arguments.</exception>
    public static void RequireTwo(string[] arguments, string command)
    {
        if (arguments.Length != 2)
        {
            throw new CommandException(
                "you must specify two arguments: verb resource or verb resource/resourceName.\n"
                + $"See '{AuthzSimCommand.Name} {command} -h' for help and examples.");
        }
    }

    /// <summary>True for <c>-A</c>.</summary>
    public bool IsAllNamespaces(ParseResult result) => result.GetValue(_allNamespaces);

    /// <summary>The namespace asked about: none for <c>-A</c>, else the one given, else the usual one, else <c>default</c>.</summary>
    public string NamespaceOf(ParseResult result, string? usual = null) => IsAllNamespaces(result) ? "" : GivenNamespace(result) ?? usual ?? "default";

    /// <summary>The namespace given with <c>-n</c>, null when none was.</summary>
    public string? GivenNamespace(ParseResult result) => result.GetValue(_namespace) is { Length: > 0 } given ? given : null;

    /// <summary>The subresource, or <c>""</c>.</summary>
    public string SubresourceOf(ParseResult result) => result.GetValue(_subresource) ?? "";

    /// <summary>Resolves the two arguments, with kubectl's warnings and refusals.</summary>
    /// <exception cref="CommandException">The question contradicts itself.</exception>
    public Question Ask(ParseResult result, string[] arguments, RestMapper mapper, CommandContext context)
    {
        var question = Question.Parse(arguments[0], arguments[1], mapper);
        question.Check(context, SubresourceOf(result), IsAllNamespaces(result));
        return question;
    }
}

using System.CommandLine;
using AuthzSim.Analysis;
using AuthzSim.Authorization;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Commands;

/// <summary>Why the answer is yes or no.</summary>
internal sealed class ExplainCommand : Command, IHasExamples
{
    private readonly CommandContext _context;
    private readonly Option<string> _output = new("--output", "-o") { Description = "json or yaml.", HelpName = "format" };
    private readonly QuestionFlags _question;
    private readonly PolicyFlags _policy;
    private readonly RequestorFlags _requestor;

    public ExplainCommand(CommandContext context)
        : base("explain", "Say why a user may do something, or what is missing; exits 0 or 1 as can-i does.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        _requestor = new RequestorFlags(this);
        _question = new QuestionFlags(this, "Ask cluster-wide, in no namespace.");
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("By which bindings may myuser list pods?", "explain list pods --as myuser -f fixtures/examples/read-pods"),
        new("Why may myuser not delete them, and which rule is missing?", "explain delete pods --as myuser -f fixtures/examples/read-pods"),
        new("Why may ines delete orders of shop-test, but not of shop?", "explain delete orders -n shop --as ines -f fixtures/examples/shop"),
        new("Why may the build job not read this secret? For a script", "explain get secret/db -n shop -o json --as system:serviceaccount:shop:builder -f fixtures/examples/shop"),
    ];

    public string OutputShape =>
        """
        allowed       true or false
        reason        the server's reason, maybe empty
        paths         all that allows it, in the server's order: objects of
          binding     kind, namespace, name, location (path:line:column)
          role        the same
          rule        apiGroups, nonResourceURLs, resourceNames, resources, verbs, location
          subject     kind, name, namespace: the one in the binding that is the user
        nearMisses    only when not allowed, nearest first: as paths (no role and rule when the role does not exist), and
          mismatches  Verb, ApiGroup, Subresource, ResourceName, Path, Namespace, MissingRole, Subject
        smallestRule  only when not allowed: a rule
        """;

    private int Run(ParseResult result)
    {
        var arguments = _question.ArgumentsOf(result);
        QuestionFlags.RequireTwo(arguments, Name);
        var requestor = _requestor.Begin(result, _context);
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Yaml);
        var loaded = _policy.Load(result, _context, requestor.Objects);
        var question = _question.Ask(result, arguments, loaded.Mapper, _context);
        var (@namespace, subresource) = (_question.NamespaceOf(result, requestor.Namespace), _question.SubresourceOf(result));
        var authorizer = new UnionAuthorizer(new SystemMastersAuthorizer(), new RbacAuthorizer(loaded.Policy));
        var attributes = requestor.Send(
            question.ToAttributes(new UserInfo(), @namespace, subresource), question.UrlPath(@namespace, subresource), authorizer, _context);
        var explanation = Explanation.Of(loaded.Policy, attributes);
        if (format is null)
        {
            var isClusterScoped = attributes.Namespace.Length == 0 || question.Type is { ApiResource.IsNamespaced: false };
            ExplanationText.Write(explanation, isClusterScoped, _context.Output);
            if (requestor.Outcome is { } outcome)
            {
                _context.Output.Write($"\n{outcome.SummaryFor(attributes.User)}\n");
            }
        }
        else
        {
            ObjectPrinter.Print(ExplanationJson.Of(explanation), format, _context.Output);
        }

        return explanation.Result.IsAllowed ? 0 : CommandException.Failure;
    }
}

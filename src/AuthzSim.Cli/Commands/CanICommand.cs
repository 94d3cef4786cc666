using System.CommandLine;
using AuthzSim.Authorization;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Commands;

/// <summary><c>kubectl auth can-i</c> (upstream: <c>kubectl/pkg/cmd/auth/cani.go</c>).</summary>
internal sealed class CanICommand : Command, IHasExamples
{
    private const string ListPath = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private static readonly RequestAttributes _listRequest =
        RequestAttributes.ForResource(new UserInfo(), "create", "selfsubjectrulesreviews", "authorization.k8s.io");

    private readonly CommandContext _context;
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing; the exit code answers." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print the reason for yes as well, and which user was authenticated." };
    private readonly Option<bool> _list = new("--list") { Description = "List everything the user may do in the namespace." };
    private readonly Option<bool> _noHeaders = new("--no-headers") { Description = "With --list: leave out the header line." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "json or yaml for the review as an object; with --list also wide, which adds the bindings that grant each line.",
        HelpName = "format",
    };

    private readonly QuestionFlags _question;
    private readonly PolicyFlags _policy;
    private readonly RequestorFlags _requestor;

    public CanICommand(CommandContext context)
        : base("can-i", "Say whether a user may do something: prints yes or no, and exits 0 or 1.")
    {
        _context = context;
        _policy = new PolicyFlags(this);
        _requestor = new RequestorFlags(this);
        _question = new QuestionFlags(this, "Ask cluster-wide, in no namespace. With --list: list every namespace, what holds everywhere under *.");
        Add(_quiet);
        Add(_verbose);
        Add(_list);
        Add(_noHeaders);
        Add(_output);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Wide);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("May myuser list pods in namespace default?", "can-i list pods --as myuser -f fixtures/examples/read-pods"),
        new("May the build job of the shop read this one secret?", "can-i get secret/registry-login -n shop --as system:serviceaccount:shop:builder -f fixtures/examples/shop"),
        new("May a member of group support read logs, cluster-wide?", "can-i get pods --subresource log -A --as sue --as-group support -f fixtures/examples/shop"),
        new("May anyone who is logged in read the health of the server?", "can-i get /healthz --as myuser -f fixtures/examples/read-pods"),
        new("May the holder of this token list pods? And who is it?", "can-i list pods -v --token myuser-token --token-auth-file fixtures/examples/authentication/tokens.csv -f fixtures/examples/read-pods"),
        new("All that myuser may do in namespace default", "can-i --list --as myuser -f fixtures/examples/read-pods"),
        new("All that ines may do in any namespace, with the bindings that grant it", "can-i --list -A -o wide --as ines -f fixtures/examples/shop"),
    ];

    private int Run(ParseResult result)
    {
        var arguments = _question.ArgumentsOf(result);
        var isList = result.GetValue(_list);
        if (isList && arguments.Length > 0)
        {
            throw new CommandException("list option must be specified with no arguments");
        }

        if (!isList)
        {
            QuestionFlags.RequireTwo(arguments, Name);
        }

        return isList ? List(result) : Answer(result, arguments);
    }

    private int Answer(ParseResult result, string[] arguments)
    {
        var requestor = _requestor.Begin(result, _context);
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Yaml);
        var loaded = _policy.LoadAnswering(result, _context, requestor.Objects);
        var question = _question.Ask(result, arguments, loaded.Mapper, _context);
        if (result.GetValue(_noHeaders))
        {
            throw new CommandException("--no-headers cannot be set without --list specified");
        }

        var (@namespace, subresource) = (_question.NamespaceOf(result, requestor.Namespace), _question.SubresourceOf(result));
        var authorizer = new UnionAuthorizer(new SystemMastersAuthorizer(), loaded.Evaluator);
        var attributes = requestor.Send(
            question.ToAttributes(new UserInfo(), @namespace, subresource), question.UrlPath(@namespace, subresource), authorizer, _context);
        var answer = authorizer.Authorize(attributes);
        if (!result.GetValue(_quiet))
        {
            if (format is null)
            {
                _context.Output.Write(Words(answer, result.GetValue(_verbose)));
                if (result.GetValue(_verbose) && requestor.Outcome is { } outcome)
                {
                    _context.Output.Write($"{outcome.SummaryFor(attributes.User)}\n");
                }
            }
            else
            {
                ObjectPrinter.Print(Reviews.SubjectAccessReview(attributes, answer), format, _context.Output);
            }
        }

        return answer.IsAllowed ? 0 : CommandException.Failure;
    }

    private static string Words(AuthorizationResult answer, bool isVerbose)
    {
        var words = answer.IsAllowed ? "yes" : "no";
        if (!answer.IsAllowed || isVerbose)
        {
            words += answer.Reason.Length > 0 ? $" - {answer.Reason}" : "";
            words += answer.EvaluationError is { Length: > 0 } error ? $" - {error}" : "";
        }

        return words + "\n";
    }

    private int List(ParseResult result)
    {
        var requestor = _requestor.Begin(result, _context);
        if (result.GetValue(_quiet) || _question.SubresourceOf(result).Length > 0)
        {
            throw new CommandException("list option can't be specified with neither quiet nor subresource options");
        }

        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Table, OutputFormat.Wide, OutputFormat.Yaml);
        var policy = _policy.Load(result, _context, requestor.Objects).Policy;
        var rbac = new RbacAuthorizer(policy);
        var user = requestor.Send(_listRequest, ListPath, new UnionAuthorizer(new SystemMastersAuthorizer(), rbac), _context).User;
        var @namespace = _question.NamespaceOf(result, requestor.Namespace);
        var allNamespaces = _question.IsAllNamespaces(result);
        var listing = new AccessListing(rbac, user, policy.NamespaceNames());
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            var review = allNamespaces ? listing.ReviewAll() : listing.Review(@namespace);
            ObjectPrinter.Print(review, format, _context.Output);
        }
        else
        {
            var table = new TableWriter(_context, showHeader: !result.GetValue(_noHeaders));
            listing.Print(table, allNamespaces ? null : @namespace, isWide: format == OutputFormat.Wide);
        }

        return 0;
    }
}

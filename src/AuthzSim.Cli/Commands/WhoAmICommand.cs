using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AuthzSim.AccessReviews;
using AuthzSim.Authorization;
using AuthzSim.Cli.Flags;
using AuthzSim.Cli.Output;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Cli.Commands;

/// <summary><c>kubectl auth whoami</c> (upstream: <c>kubectl/pkg/cmd/auth/whoami.go</c>).</summary>
internal sealed class WhoAmICommand : Command, IHasExamples
{
    private const string Path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private const string Refusal = "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it";
    private static readonly RequestAttributes _request =
        RequestAttributes.ForResource(new UserInfo(), "create", "selfsubjectreviews", SelfSubjectReview.Group);

    private readonly CommandContext _context;
    private readonly Argument<string[]> _ignored = new("ignored") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Show what each authenticator of the server says, in order: no opinion, an error, or a match.",
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "json, yaml or name.", HelpName = "format" };
    private readonly RequestorFlags _requestor;
    private readonly PolicyFlags _policy;

    public WhoAmICommand(CommandContext context)
        : base("whoami", "Say which user the server takes a credential for; exits 1 when it takes it for nobody's.")
    {
        _context = context;
        Add(_ignored);
        Add(_explain);
        Add(_output);
        _policy = new PolicyFlags(this);
        _requestor = new RequestorFlags(this, showsAll: true);
        _output.CompletionSources.Add(OutputFormat.Json, OutputFormat.Name, OutputFormat.Yaml);
        SetAction(Run);
    }

    public IEnumerable<Example> Examples =>
    [
        new("Whose is this token?", "whoami --token jane-token --token-auth-file fixtures/examples/authentication/tokens.csv"),
        new("The same with a password, as servers before 1.19 took it", "whoami --username jane --password jane-password --basic-auth-file fixtures/examples/authentication/passwords.csv"),
        new("What does each authenticator say of this token?", "whoami --explain --token jane-token --token-auth-file fixtures/examples/authentication/tokens.csv"),
        new("As whom does the kubeconfig's user come in, with a server started by this manifest?", "whoami -o yaml --kubeconfig fixtures/examples/authentication/kubeconfig.yaml --apiserver-manifest fixtures/examples/authentication/kube-apiserver.yaml"),
        new("Which user is a front proxy's? Without a certificate it is nobody's", "whoami --header X-Remote-User:jane --anonymous-auth"),
    ];

    public string OutputShape =>
        """
        a SelfSubjectReview; with --explain
        authenticated   true or false
        error           why not, only when false
        userInfo        username, uid, groups, extra of the user, after impersonation
        authenticators  what each said, in the order in which they answered: objects of
          name          the authenticator
          answer        no opinion, error or match
          error         the server's own text
          userInfo      the user it found
        """;

    private int Run(ParseResult result)
    {
        var format = OutputFormat.Parse(result.GetValue(_output), OutputFormat.Json, OutputFormat.Name, OutputFormat.Yaml);
        var requestor = _requestor.Begin(result, _context);
        var isExplained = result.GetValue(_explain);
        if (isExplained && !requestor.IsAuthenticated)
        {
            throw new CommandException("--explain needs a credential and a server that judges it, as in '--token … --token-auth-file …'", CommandException.BadInput);
        }

        var authorizer = _policy.IsGiven(result)
            ? new UnionAuthorizer(new SystemMastersAuthorizer(), _policy.LoadAnswering(result, _context, requestor.Objects).Evaluator)
            : null;
        try
        {
            var user = Who(requestor, authorizer);
            Print(user, format, requestor, isExplained);
            return 0;
        }
        catch (CommandException) when (isExplained && requestor.Outcome is { } outcome)
        {
            Explain(outcome, null, format);
            throw;
        }
    }

    private UserInfo Who(Requestor requestor, UnionAuthorizer? authorizer)
    {
        RequestAttributes sent;
        try
        {
            sent = requestor.Send(_request, Path, authorizer, _context);
        }
        catch (CommandException e) when (e.Status is { Reason: "Forbidden" } status)
        {
            throw new CommandException($"{Refusal}\nbecause: {status.Message}");
        }

        return authorizer?.Authorize(sent).IsAllowed == false
            ? throw new CommandException(
                Refusal + (requestor.IsAuthenticated ? $"\nbecause: {ForbiddenMessage.Of(sent, "")}" : ""))
            : sent.User;
    }

    private void Print(UserInfo user, string? format, Requestor requestor, bool isExplained)
    {
        if (isExplained && format is not null and not OutputFormat.Name)
        {
            Explain(requestor.Outcome!, user, format);
            return;
        }

        if (format == OutputFormat.Name)
        {
            _context.Output.Write($"selfsubjectreview.{SelfSubjectReview.Group}/<unknown>\n");
        }
        else if (format is null)
        {
            new TableWriter(_context).Write(["ATTRIBUTE", "VALUE"], Attributes(user));
        }
        else
        {
            var created = requestor.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            ObjectPrinter.Print(JsonNode.Parse(new SelfSubjectReview(user, created).ToJson())!.AsObject(), format, _context.Output);
        }

        if (isExplained)
        {
            _context.Output.Write("\n");
            Explain(requestor.Outcome!, user, format);
        }
    }

    private void Explain(AuthenticationOutcome outcome, UserInfo? user, string? format)
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            ObjectPrinter.Print(outcome.ToJson(user), format, _context.Output);
        }
        else
        {
            outcome.WriteTable(_context);
        }
    }

    private static IEnumerable<string[]> Attributes(UserInfo user)
    {
        if (user.Name.Length > 0)
        {
            yield return ["Username", user.Name];
        }

        if (user.Uid.Length > 0)
        {
            yield return ["UID", user.Uid];
        }

        if (!user.Groups.IsEmpty)
        {
            yield return ["Groups", GoText.List(user.Groups.AsSpan())];
        }

        foreach (var (key, values) in user.Extra)
        {
            yield return [$"Extra: {key}", GoText.List(values.AsSpan())];
        }
    }
}

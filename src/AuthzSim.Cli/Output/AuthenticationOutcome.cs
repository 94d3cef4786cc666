using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Cli.Output;

/// <summary>Whom the server took a sender for, and what each authenticator said.</summary>
internal sealed record AuthenticationOutcome(RequestAuthentication Answer, ImmutableArray<AuthenticationStep> Steps)
{
    private const string NoOpinion = "no opinion";

    /// <summary>The user; null for a 401. A server without authenticators lets everybody pass as nobody.</summary>
    public UserInfo? User => Answer.User ?? (Answer.IsDisabled ? new UserInfo() : null);

    /// <summary>Who was authenticated and by what, in one line.</summary>
    /// <param name="effective">The user after impersonation.</param>
    public string SummaryFor(UserInfo effective)
    {
        if (Answer.User is not { } user)
        {
            return "authentication is disabled: the request has no user";
        }

        var by = Steps.FirstOrDefault(s => s.Result.IsAuthenticated)?.Authenticator;
        var acting = effective == user ? "" : $", acting as {effective.Name}, groups {GoText.List(effective.Groups.AsSpan())}";
        return $"authenticated by {by} as {user.Name}, groups {GoText.List(user.Groups.AsSpan())}{acting}";
    }

    private string Reason => Answer.Error ?? "no authenticator knows the credential, and anonymous requests are not let in";

    /// <summary>kubectl's words for a 401, and in a second line what the server keeps to itself.</summary>
    public CommandException Refusal() => new($"You must be logged in to the server ({Answer.Failure?.Message})\nbecause: {Reason}");

    /// <summary>Prints what each authenticator said, in the order in which they answered.</summary>
    public void WriteTable(CommandContext context) => new TableWriter(context).Write(
        ["AUTHENTICATOR", "ANSWER", "DETAIL"],
        Steps.Select(s => (string[])[s.Authenticator, AnswerOf(s.Result), s.Result.Error ?? Describe(s.Result)]));

    /// <summary>The same as JSON, with the outcome.</summary>
    public JsonObject ToJson(UserInfo? user)
    {
        var result = new JsonObject { ["authenticated"] = Answer.User is not null };
        if (Answer.User is null && !Answer.IsDisabled)
        {
            result["error"] = Reason;
        }

        if (user is not null)
        {
            result["userInfo"] = Reviews.UserInfo(user);
        }

        result["authenticators"] = new JsonArray([.. Steps.Select(Step)]);
        return result;
    }

    private static JsonObject Step(AuthenticationStep step)
    {
        var result = new JsonObject { ["name"] = step.Authenticator, ["answer"] = AnswerOf(step.Result) };
        if (step.Result.Error is { } error)
        {
            result["error"] = error;
        }

        if (step.Result.User is { } user)
        {
            result["userInfo"] = Reviews.UserInfo(user);
        }

        return result;
    }

    private static string AnswerOf(AuthenticationResult result) => result.IsAuthenticated ? "match" : result.Error is null ? NoOpinion : "error";

    private static string Describe(AuthenticationResult result) =>
        result.User is { } user ? $"{user.Name} {GoText.List(user.Groups.AsSpan())}" : string.Join("; ", result.Warnings);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.AccessReviews;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Files;
using AuthzSim.Authentication.Impersonation;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Conformance;

/// <summary>
/// http.jsonl.gz: SelfSubjectReviews with and without impersonation, through the whole server: token, impersonation,
/// authorization, answer. Status code and whole body. A server's refusal depends on how it served the requestor before, so all
/// requests of one go to one handler in the recorded order; all that is free is whether the server had served them already when
/// the recording began, which is not recorded.
/// </summary>
public sealed class ImpersonationVectorTests
{
    private const string File = "http.jsonl.gz";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Impersonation")]
    [InlineData("SelfSubjectReview")]
    public async Task The_server_takes_the_sender_for_the_same_user(string kind)
    {
        var rbac = new RbacAuthorizer(VectorObjects.Cluster(Vectors.ReadJson("cluster.json")));
        var authorizer = new UnionAuthorizer(new SystemMastersAuthorizer(), rbac);
        var authenticator = new AuthenticatorChain
        {
            TokenFile = TokenFileAuthenticator.Load(Vectors.PathOf("tokens.csv")),
            Anonymous = new AnonymousAuthenticator(),
        }.Build();
        var exchanges = new List<Exchange>();
        foreach (var entry in Vectors.ReadJsonLines(File).Where(e => e.Text("kind") == kind))
        {
            var response = entry.GetProperty("response");
            var (asked, headers) = await Authenticate(authenticator, entry.GetProperty("request"));
            var answer = Show(response.GetProperty("status").GetInt32(), response.GetProperty("body").GetRawText());
            exchanges.Add(new Exchange(entry.Text("id"), answer, asked, headers));
        }

        var mismatches = new Mismatches($"{File} {kind}");
        foreach (var ofRequestor in exchanges.GroupBy(e => e.Asked.User.Name))
        {
            var actual = Replay(new ImpersonationHandler(authorizer), authorizer, ofRequestor);
            if (!ofRequestor.Select(e => e.Answer).SequenceEqual(actual) && Served(authorizer, ofRequestor) is { } served)
            {
                actual = Replay(served, authorizer, ofRequestor);
            }

            foreach (var (exchange, answer) in ofRequestor.Zip(actual))
            {
                mismatches.Compare(exchange.Id, exchange.Answer, answer);
            }
        }

        mismatches.AssertNone();
    }

    private static List<string> Replay(ImpersonationHandler handler, IAuthorizer authorizer, IEnumerable<Exchange> exchanges) =>
        [.. exchanges.Select(e => Answer(handler, authorizer, e.Asked, e.Headers))];

    private static async Task<(RequestAttributes Asked, RequestHeaders Headers)> Authenticate(
        RequestAuthenticator authenticator, JsonElement request)
    {
        var headers = request.Items("headers").Select(h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!));
        var authenticated = await authenticator.AuthenticateAsync(
            new AuthenticationRequest { Headers = new RequestHeaders(headers), Path = request.Text("path") }, cancellationToken: Cancel);
        Assert.Null(authenticated.Failure);
        var asked = RequestInfo.FromHttp(request.Text("method"), request.Text("path")).ToAttributes(authenticated.User!);
        return (asked, authenticated.Headers);
    }

    private static string Answer(
        ImpersonationHandler handler, IAuthorizer authorizer, RequestAttributes asked, RequestHeaders headers)
    {
        var impersonation = handler.Handle(asked, headers);
        if (impersonation.Failure is { } failure)
        {
            return Show(failure.Code, failure.ToJson());
        }

        var permission = asked with { User = impersonation.User! };
        var result = authorizer.Authorize(permission);
        return result.IsAllowed
            ? Show(201, new SelfSubjectReview(impersonation.User!).ToJson())
            : Show(403, ApiStatuses.Forbidden(permission, result.Reason).ToJson());
    }

    /// <summary>
    /// A server that had let the requestor impersonate somebody in the legacy mode when the recording began, and so tries that
    /// mode first; null when the recording does not show that it lets them.
    /// </summary>
    private static ImpersonationHandler? Served(IAuthorizer authorizer, IEnumerable<Exchange> exchanges)
    {
        foreach (var exchange in exchanges)
        {
            var handler = new ImpersonationHandler(authorizer);
            if (handler.Handle(exchange.Asked, exchange.Headers).Mode == ImpersonationMode.Legacy)
            {
                return handler;
            }
        }

        return null;
    }

    private static string Show(int code, string body) => $"{code} {JsonNode.Parse(body)!.ToJsonString()}";

    private sealed record Exchange(string Id, string Answer, RequestAttributes Asked, RequestHeaders Headers);
}

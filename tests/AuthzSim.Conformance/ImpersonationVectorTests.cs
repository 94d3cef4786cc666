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
/// authorization, answer. Status code and whole body.
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
        var entries = Vectors.ReadJsonLines(File).Where(e => e.Text("kind") == kind).ToList();
        var exchanges = new List<(string Id, string Expected, RequestAttributes Asked, RequestHeaders Headers)>();
        foreach (var entry in entries)
        {
            var (request, response) = (entry.GetProperty("request"), entry.GetProperty("response"));
            var (asked, headers) = await Authenticate(authenticator, request);
            exchanges.Add((entry.Text("id"), Show(response.GetProperty("status").GetInt32(), response.GetProperty("body").GetRawText()), asked, headers));
        }

        var mismatches = new Mismatches($"{File} {kind}");
        var legacy = exchanges
            .Where(e => new ImpersonationHandler(authorizer).Handle(e.Asked, e.Headers).Mode == ImpersonationMode.Legacy)
            .Select(e => e.Asked.User.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, expected, asked, headers) in exchanges)
        {
            var actual = Answer(new ImpersonationHandler(authorizer), authorizer, asked, headers);
            if (actual != expected && legacy.Contains(asked.User.Name))
            {
                actual = Answer(AfterLegacy(authorizer, asked), authorizer, asked, headers);
            }

            mismatches.Compare(id, expected, actual);
        }

        mismatches.AssertNone();
    }

    private static async Task<(RequestAttributes Asked, RequestHeaders Headers)> Authenticate(RequestAuthenticator authenticator, JsonElement request)
    {
        var headers = request.Items("headers").Select(h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!));
        var authenticated = await authenticator.AuthenticateAsync(
            new AuthenticationRequest { Headers = new RequestHeaders(headers), Path = request.Text("path") }, cancellationToken: Cancel);
        Assert.Null(authenticated.Failure);
        var asked = RequestInfo.FromHttp(request.Text("method"), request.Text("path")).ToAttributes(authenticated.User!);
        return (asked, authenticated.Headers);
    }

    private static string Answer(ImpersonationHandler handler, IAuthorizer authorizer, RequestAttributes asked, RequestHeaders headers)
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
    /// A server that has let the requestor impersonate somebody in the legacy mode before, and so tries that mode first. In
    /// which order the recorded requests were sent is not recorded.
    /// </summary>
    private static ImpersonationHandler AfterLegacy(IAuthorizer authorizer, RequestAttributes asked)
    {
        var switched = new LegacyFirst(authorizer);
        var handler = new ImpersonationHandler(switched);
        Assert.Equal(ImpersonationMode.Legacy, handler.Impersonate(asked, new UserInfo { Name = "anyone" }).Mode);
        switched.IsOver = true;
        return handler;
    }

    private static string Show(int code, string body) => $"{code} {JsonNode.Parse(body)!.ToJsonString()}";

    /// <summary>Allows legacy impersonation and nothing else until that is over.</summary>
    private sealed class LegacyFirst(IAuthorizer authorizer) : IAuthorizer
    {
        public bool IsOver { get; set; }

        public AuthorizationResult Authorize(in RequestAttributes attributes) => IsOver
            ? authorizer.Authorize(attributes)
            : new AuthorizationResult(attributes.Verb == "impersonate" ? Decision.Allow : Decision.NoOpinion);
    }
}

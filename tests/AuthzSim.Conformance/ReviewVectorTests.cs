using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.AccessReviews;
using AuthzSim.Analysis;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Formats.Reviews;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>
/// http.jsonl.gz: what the server of cluster.json answered to reviews, status code and whole body. Of several bindings that
/// allow a request the server names any one, in the reason.
/// </summary>
public sealed class ReviewVectorTests
{
    private const string File = "http.jsonl.gz";
    private const string Reference = "reference";
    private const string Compiled = "compiled";

    /// <summary>
    /// About nodes the Node authorizer, which stands before RBAC, has something to say: in these of the fixtures it shows.
    /// </summary>
    private static readonly string[] _decidedByNodeAuthorizer = ["pub-0266"];

    public static TheoryData<string, string> Cases => new MatrixTheoryData<string, string>(
        ["SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview"], [Reference, Compiled]);

    [Theory, MemberData(nameof(Cases))]
    public void Answers_to_reviews(string kind, string evaluator)
    {
        var cluster = VectorObjects.Cluster(Vectors.ReadJson("cluster.json"));
        IRbacEvaluator rbac = evaluator == Compiled ? CompiledPolicy.Compile(cluster) : new RbacAuthorizer(cluster);
        var chain = new UnionAuthorizer(new SystemMastersAuthorizer(), rbac);
        var mismatches = new Mismatches($"{File} {kind}");
        List<string> decidedByNodeAuthorizer = [];
        foreach (var entry in Vectors.ReadJsonLines(File).Where(e => e.Text("kind") == kind))
        {
            var (request, response) = (entry.GetProperty("request"), entry.GetProperty("response"));
            var (code, body, attributes) = Answer(chain, request);
            var (wantedBody, givenBody) = (JsonNode.Parse(response.GetProperty("body").GetRawText())!, JsonNode.Parse(body)!);
            WithoutChoice(wantedBody, givenBody, attributes, cluster);
            WithoutUid(request, givenBody);
            var wanted = $"{response.GetProperty("status").GetInt32()} {wantedBody.ToJsonString()}";
            var given = $"{code} {givenBody.ToJsonString()}";
            if (wanted != given && IsNode(attributes?.User))
            {
                decidedByNodeAuthorizer.Add(entry.Text("id"));
                continue;
            }

            mismatches.Compare(entry.Text("id"), wanted, given);
        }

        mismatches.AssertNone();
        Assert.All(decidedByNodeAuthorizer.Where(id => id.StartsWith("pub-", StringComparison.Ordinal)), id => Assert.Contains(
            id, _decidedByNodeAuthorizer));
    }

    private static bool IsNode(UserInfo? user) =>
        user is not null && WellKnownUsers.IsNode(user.Name) && user.Groups.Contains("system:nodes");

    /// <summary>The recorder took every <c>uid</c> out of the answers; ours must be the one posted.</summary>
    private static void WithoutUid(JsonElement request, JsonNode given)
    {
        if (given["spec"] is JsonObject spec && spec["uid"] is { } uid)
        {
            Assert.Equal(request.GetProperty("body").GetProperty("spec").Text("uid"), uid.GetValue<string>());
            spec.Remove("uid");
        }
    }

    private static (int Code, string Body, RequestAttributes? Asked) Answer(UnionAuthorizer chain, JsonElement request)
    {
        var sender = VectorRequests.EffectiveUser(request);
        var posting = RequestInfo.FromHttp(request.Text("method"), request.Text("path")).ToAttributes(sender);
        var permission = chain.Authorize(posting);
        if (!permission.IsAllowed)
        {
            return (403, Writes.ApiStatuses.Forbidden(posting, permission.Reason).ToJson(), null);
        }

        var decoded = new AccessReviewReader().Read(Encoding.UTF8.GetBytes(request.GetProperty("body").GetRawText()));
        var result = new AccessReviewHandler(chain).Handle(decoded.Review!, sender, posting.Namespace);
        if (result.Failure is not null)
        {
            return (result.Code, result.Failure.ToJson(), null);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            AccessReviewWriter.WriteReview(json, result.Review, result.Status);
        }

        var isSelf = result.Review.Kind == AccessReviewKind.SelfSubjectAccessReview;
        return (result.Code, Encoding.UTF8.GetString(buffer.WrittenSpan), result.Review.Spec.ToAttributes(
            isSelf ? sender : result.Review.Spec.User));
    }

    /// <summary>Where both reasons name a binding that allows the request, ours becomes the recorded one.</summary>
    private static void WithoutChoice(JsonNode wanted, JsonNode given, RequestAttributes? asked, PolicySet cluster)
    {
        if (asked is not { } attributes || wanted["status"] is not JsonObject wantedStatus || given["status"] is not JsonObject givenStatus
            || wantedStatus["reason"]?.GetValue<string>() is not { } wantedReason || givenStatus["reason"] is null)
        {
            return;
        }

        var allowing = Explanation.Of(cluster, attributes).Paths.Select(p => $"RBAC: allowed by {p.Source}").ToHashSet(
            StringComparer.Ordinal);
        if (allowing.Contains(wantedReason) && allowing.Contains(givenStatus["reason"]!.GetValue<string>()))
        {
            givenStatus["reason"] = wantedReason;
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.AccessReviews;
using AuthzSim.Analysis;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Formats.Reviews;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Server;

namespace AuthzSim.Conformance;

/// <summary>
/// http.jsonl.gz: every exchange with the server of cluster.json, sent to ours over TLS: status, body and the kind of body. Free
/// are the order of members, which of several bindings a reason names, and the order of the rules of a SelfSubjectRulesReview;
/// what the recorder removed is removed from our answers.
/// </summary>
public sealed class HttpVectorTests
{
    private const string File = "http.jsonl.gz";

    private static readonly string[] _removed = ["managedFields", "resourceVersion", "creationTimestamp", "uid"];

    /// <summary>Answers that only the Node authorizer gives, which RBAC alone does not.</summary>
    private static readonly string[] _decidedByNodeAuthorizer = ["pub-0266", "pub-0376", "pub-0377"];

    [Fact]
    public async Task Every_recorded_exchange()
    {
        var cluster = VectorObjects.Cluster(Vectors.ReadJson("cluster.json"));
        using var certificate = SelfSigned();
        using var authentication = ApiServerAuthentication.Create(
            new ApiServerOptions { TokenAuthFile = Vectors.PathOf("tokens.csv"), AnonymousAuth = true, AuthorizationModes = ["RBAC"] },
            ClusterState.Empty, TimeProvider.System, new ConfiguredFiles());
        await using var server = await ApiServer.StartAsync(
            new ServerOptions { Policy = cluster, Authentication = authentication, Certificate = certificate, SecurePort = 0 },
            TestContext.Current.CancellationToken);
        await using var client = await RawHttpClient.ConnectAsync(server.Address, certificate, TestContext.Current.CancellationToken);

        // A refusal depends on how the server served the requestor before; the recorded one had served all of them.
        var exchanges = Vectors.ReadJsonLines(File).ToList();
        foreach (var entry in exchanges.Where(e => e.Text("kind") == "Impersonation"))
        {
            await SendAsync(client, entry.GetProperty("request"));
        }

        var mismatches = new Mismatches(File);
        List<string> decidedByNodeAuthorizer = [];
        foreach (var entry in exchanges)
        {
            var (request, response) = (entry.GetProperty("request"), entry.GetProperty("response"));
            var (code, mediaType, body) = await SendAsync(client, request);
            var wantedBody = JsonNode.Parse(response.GetProperty("body").GetRawText())!;
            var asked = AskedBy(request);
            WithoutChoice(wantedBody, body, asked, cluster);
            var wanted = $"{response.GetProperty("status").GetInt32()} application/json {Canonical(wantedBody)}";
            var given = $"{code} {mediaType} {Canonical(body)}";
            if (wanted != given && IsNode(asked?.User ?? VectorRequests.EffectiveUser(request)))
            {
                decidedByNodeAuthorizer.Add(entry.Text("id"));
                continue;
            }

            mismatches.Compare(entry.Text("id"), wanted, given);
        }

        mismatches.AssertNone();
        Assert.Equal(_decidedByNodeAuthorizer, decidedByNodeAuthorizer.Where(id => id.StartsWith("pub-", StringComparison.Ordinal)));
    }

    private static async Task<(int Code, string MediaType, JsonNode Body)> SendAsync(RawHttpClient client, JsonElement request)
    {
        var body = request.TryGetProperty("body", out var sent) ? Encoding.UTF8.GetBytes(sent.GetRawText()) : [];
        var response = await client.SendAsync(
            request.Text("method"), request.Text("path"), request.Items("headers").Select(h => (h[0].GetString()!, h[1].GetString()!)), body,
            TestContext.Current.CancellationToken);
        Assert.Equal(response.Code == 403, response.Header("X-Content-Type-Options") == "nosniff");
        var mediaType = response.Header("Content-Type");
        var text = Encoding.UTF8.GetString(response.Body);
        return (response.Code, mediaType, mediaType == "application/json" ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    private static bool IsNode(UserInfo user) => WellKnownUsers.IsNode(user.Name) && user.Groups.Contains("system:nodes");

    /// <summary>What a review asks; null for everything else.</summary>
    private static RequestAttributes? AskedBy(JsonElement request)
    {
        if (!request.Text("path").Contains("accessreviews", StringComparison.Ordinal) || !request.TryGetProperty("body", out var body))
        {
            return null;
        }

        var decoded = new AccessReviewReader().Read(Encoding.UTF8.GetBytes(body.GetRawText()));
        if (decoded.Review is not { } review || (review.Spec.ResourceAttributes is null && review.Spec.NonResourceAttributes is null))
        {
            return null;
        }

        var isSelf = review.Kind == AccessReviewKind.SelfSubjectAccessReview;
        return review.Spec.ToAttributes(isSelf ? VectorRequests.EffectiveUser(request) : review.Spec.User);
    }

    /// <summary>Where both reasons name a binding that allows the request, ours becomes the recorded one; rules are sorted.</summary>
    private static void WithoutChoice(JsonNode wanted, JsonNode given, RequestAttributes? asked, PolicySet cluster)
    {
        if (wanted["status"] is not JsonObject wantedStatus || given["status"] is not JsonObject givenStatus)
        {
            return;
        }

        foreach (var list in (string[])["resourceRules", "nonResourceRules"])
        {
            (wantedStatus[list], givenStatus[list]) = (Sorted(wantedStatus[list]), Sorted(givenStatus[list]));
        }

        if (asked is { } attributes && (string?)wantedStatus["reason"] is { } wantedReason && (string?)givenStatus["reason"] is { } givenReason)
        {
            var allowing = Explanation.Of(cluster, attributes).Paths.Select(p => $"RBAC: allowed by {p.Source}").ToHashSet(StringComparer.Ordinal);
            givenStatus["reason"] = allowing.Contains(wantedReason) && allowing.Contains(givenReason) ? wantedReason : givenReason;
        }
    }

    private static JsonNode? Sorted(JsonNode? list) =>
        list is JsonArray array ? new JsonArray([.. array.OrderBy(Canonical, StringComparer.Ordinal).Select(n => n!.DeepClone())]) : list;

    /// <summary>Members sorted by name, without those that the recorder removed.</summary>
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject o => "{" + string.Join(
            ",", o.Where(p => !_removed.Contains(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Canonical(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(",", a.Select(Canonical)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=conformance", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}

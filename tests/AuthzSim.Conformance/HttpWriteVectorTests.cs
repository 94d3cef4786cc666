using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Writes;

namespace AuthzSim.Conformance;

/// <summary>
/// http.jsonl.gz: what the server of cluster.json answered to writes of RBAC objects, status code and whole body.
/// </summary>
public sealed class HttpWriteVectorTests
{
    private const string File = "http.jsonl.gz";
    private const string Prefix = "/apis/rbac.authorization.k8s.io/v1/";

    [Theory]
    [InlineData("RBACValidation")]
    [InlineData("Escalation")]
    [InlineData("Update")]
    public void Answers_to_writes(string kind)
    {
        var cluster = VectorObjects.Cluster(Vectors.ReadJson("cluster.json"));
        var chain = new UnionAuthorizer(new SystemMastersAuthorizer(), new RbacAuthorizer(cluster));
        var handler = new RbacWriteHandler(cluster, chain);
        var mismatches = new Mismatches($"{File} {kind}");
        foreach (var entry in Vectors.ReadJsonLines(File).Where(e => e.Text("kind") == kind))
        {
            var (request, response) = (entry.GetProperty("request"), entry.GetProperty("response"));
            var (code, body) = Answer(handler, chain, request);
            mismatches.Compare(
                entry.Text("id"),
                $"{response.GetProperty("status").GetInt32()} {Canonical(JsonNode.Parse(response.GetProperty("body").GetRawText()))}",
                $"{code} {Canonical(body)}");
        }

        mismatches.AssertNone();
    }

    private static (int Code, JsonNode? Body) Answer(RbacWriteHandler handler, UnionAuthorizer chain, JsonElement request)
    {
        var body = request.GetProperty("body");
        var (path, query) = request.Text("path").Split('?') is [var p, var q] ? (p, q) : (request.Text("path"), "");
        var segments = path[Prefix.Length..].Split('/').Select(Uri.UnescapeDataString).ToList();
        var @namespace = "";
        if (segments[0] == "namespaces")
        {
            @namespace = segments[1];
            segments.RemoveRange(0, 2);
        }

        var user = VectorRequests.EffectiveUser(request);
        var @object = VectorObjects.Object(body);
        var write = request.Text("method") == "POST"
            ? RbacWrite.Create(user, @object, @namespace)
            : RbacWrite.Update(user, @object, @namespace, segments[1]);
        var strict = query.Contains("fieldValidation=Strict", StringComparison.Ordinal);
        var undecoded = BodyDecoding.Check(
            @object.Kind, body.Text("kind"), body.Text("apiVersion"),
            strict ? VectorObjects.UnknownFields(body).Select(BodyDecoding.UnknownField) : []);
        if (undecoded is not null && chain.Authorize(write.Attributes).IsAllowed)
        {
            return (undecoded.Code, JsonNode.Parse(undecoded.ToJson()));
        }

        var result = handler.Handle(write);
        return (result.Code, result.IsSuccess ? VectorObjects.ToJson(result.Object) : JsonNode.Parse(result.Status.ToJson()));
    }

    /// <summary>Members sorted by name: only their order is left out of the comparison.</summary>
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject o => "{" + string.Join(
            ",", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Canonical(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(",", a.Select(Canonical)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };
}

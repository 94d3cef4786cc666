using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Audit;
using AuthzSim.Formats.Audit;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Tests.Audit;

/// <summary>Events as the server writes them, and what is read of them.</summary>
internal static class AuditText
{
    public const string Minimal =
        """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"/api/v1/pods","verb":"list","user":{"username":"eve"},"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: x"}}""";

    private static readonly JsonSerializerOptions _goEscapes = new() { Encoder = JavaScriptEncoder.Default };

    public static AuditLogReader Reader(byte[] input, bool skipInvalid = false) =>
        new(["-"], new AuditLogOptions { StandardInput = new MemoryStream(input), SkipInvalid = skipInvalid });

    public static List<AuditEvent> Read(string text, bool skipInvalid = false) => [.. Reader(Encoding.UTF8.GetBytes(text), skipInvalid).Read()];

    public static string Error(string text) => Assert.Throws<PolicyFormatException>(() => Read(text)).Message;

    public static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return zipped.ToArray();
    }

    /// <summary>The URL of a request, as a client would write it.</summary>
    public static string UriOf(in RequestAttributes request)
    {
        if (!request.IsResourceRequest)
        {
            return Escape(request.Path);
        }

        var text = new StringBuilder(request.ApiGroup.Length == 0 ? "/api/v1" : $"/apis/{Uri.EscapeDataString(request.ApiGroup)}/v1");
        if (request.Namespace.Length > 0)
        {
            text.Append("/namespaces/").Append(Uri.EscapeDataString(request.Namespace));
        }

        text.Append('/').Append(Uri.EscapeDataString(request.Resource));
        var selects = request.Verb is "list" or "watch";
        if (request.Name.Length > 0 && !selects)
        {
            text.Append('/').Append(Uri.EscapeDataString(request.Name));
        }

        if (request.Subresource.Length > 0)
        {
            text.Append('/').Append(Uri.EscapeDataString(request.Subresource));
        }

        List<string> query = [];
        if (request.Verb == "watch")
        {
            query.Add("watch=true");
        }

        query.Add("limit=500&resourceVersion=" + request.Verb.Length);
        if (request.Name.Length > 0 && selects)
        {
            query.Add("fieldSelector=" + Uri.EscapeDataString("metadata.name=" + request.Name));
        }

        return text.Append('?').AppendJoin('&', query).ToString();
    }

    /// <summary>An event of a request.</summary>
    public static string EventOf(
        in RequestAttributes request, string auditId, AuditStage stage, bool impersonated, DateTimeOffset time, AuditDecision? decision, string reason = "") =>
        new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = "RequestResponse",
            ["auditID"] = auditId,
            ["stage"] = stage.ToString(),
            ["requestURI"] = UriOf(request),
            ["verb"] = request.Verb,
            ["user"] = impersonated ? User(UserInfo.Of("admin", "system:masters")) : User(request.User),
            ["impersonatedUser"] = impersonated ? User(request.User) : null,
            ["objectRef"] = new JsonObject { ["resource"] = "wrong", ["name"] = "from-the-body" },
            ["responseStatus"] = new JsonObject { ["metadata"] = new JsonObject(), ["code"] = decision == AuditDecision.Allow ? 200 : 403 },
            ["requestObject"] = new JsonObject { ["kind"] = "Event", ["items"] = new JsonArray(1, "}") },
            ["requestReceivedTimestamp"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null),
            ["stageTimestamp"] = time.AddSeconds(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null),
            ["annotations"] = decision is null ? null : new JsonObject
            {
                ["authorization.k8s.io/decision"] = decision == AuditDecision.Allow ? "allow" : "forbid",
                ["authorization.k8s.io/reason"] = reason,
            },
        }.ToJsonString(_goEscapes);

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static JsonObject User(UserInfo user) => new()
    {
        ["username"] = user.Name,
        ["uid"] = user.Uid,
        ["groups"] = new JsonArray([.. user.Groups.Select(g => JsonValue.Create(g))]),
        ["extra"] = new JsonObject(user.Extra.Select(e =>
            KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray([.. e.Value.Select(v => JsonValue.Create(v))])))),
    };
}

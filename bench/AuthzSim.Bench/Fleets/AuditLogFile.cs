using System.Globalization;
using System.Text.Json;
using AuthzSim.Compiled;
using AuthzSim.Formats.Audit;
using AuthzSim.Replay;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>A fleet's requests as an audit log of level Metadata in a temporary file, decided by the fleet's policy.</summary>
internal sealed class AuditLogFile : IDisposable
{
    private static readonly DateTime _start = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);

    /// <summary>Writes a log.</summary>
    /// <param name="fleet">Whose requests.</param>
    /// <param name="events">How many events.</param>
    /// <param name="distinct">How many different requests; they come again and again, as those of controllers do.</param>
    public AuditLogFile(Fleet fleet, int events, int distinct)
    {
        using var stream = File.Create(Path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true });
        for (var i = 0; i < events; i++)
        {
            Write(json, fleet.Requests[i % distinct], fleet.Compiled, i);
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"audit-{Guid.NewGuid():N}.log");

    /// <summary>Asks all requests again.</summary>
    public ReplayResult Replay(CompiledPolicy policy)
    {
        var replay = new AuditReplay(null, policy, new ReplayFilter());
        foreach (var @event in new AuditLogReader([Path], new AuditLogOptions()).Read())
        {
            replay.Add(@event);
        }

        return replay.ToResult();
    }

    public void Dispose() => File.Delete(Path);

    private static void Write(Utf8JsonWriter json, RequestAttributes request, CompiledPolicy policy, int number)
    {
        var decided = policy.Authorize(request);
        var time = _start.AddMilliseconds(number).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        json.WriteStartObject();
        json.WriteString("kind", "Event");
        json.WriteString("apiVersion", "audit.k8s.io/v1");
        json.WriteString("level", "Metadata");
        json.WriteString("auditID", new Guid(number, 7, 0x4000, 0x80, 1, 2, 3, 4, 5, 6, 7));
        json.WriteString("stage", "ResponseComplete");
        json.WriteString("requestURI", UriOf(request, number));
        json.WriteString("verb", request.Verb);
        json.WriteStartObject("user");
        json.WriteString("username", request.User.Name);
        json.WriteStartArray("groups");
        foreach (var group in request.User.Groups)
        {
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("sourceIPs");
        json.WriteStringValue("192.0.2.17");
        json.WriteEndArray();
        json.WriteString("userAgent", "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/0000000/shared-informers");
        if (request.IsResourceRequest)
        {
            json.WriteStartObject("objectRef");
            json.WriteString("resource", request.Resource);
            json.WriteString("namespace", request.Namespace);
            json.WriteString("name", request.Name);
            json.WriteString("apiGroup", request.ApiGroup);
            json.WriteString("apiVersion", "v1");
            json.WriteString("subresource", request.Subresource);
            json.WriteEndObject();
        }

        json.WriteStartObject("responseStatus");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteNumber("code", decided.IsAllowed ? 200 : 403);
        json.WriteEndObject();
        json.WriteString("requestReceivedTimestamp", time);
        json.WriteString("stageTimestamp", time);
        json.WriteStartObject("annotations");
        json.WriteString("authorization.k8s.io/decision", decided.IsAllowed ? "allow" : "forbid");
        json.WriteString("authorization.k8s.io/reason", decided.Reason);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string UriOf(in RequestAttributes request, int number)
    {
        if (!request.IsResourceRequest)
        {
            return request.Path;
        }

        var selects = request.Verb is "list" or "watch";
        var prefix = request.ApiGroup.Length == 0 ? "/api/v1" : $"/apis/{request.ApiGroup}/v1";
        var scope = request.Namespace.Length == 0 ? "" : $"/namespaces/{request.Namespace}";
        var name = request.Name.Length == 0 || selects ? "" : "/" + request.Name;
        var subresource = request.Subresource.Length == 0 ? "" : "/" + request.Subresource;
        var field = selects && request.Name.Length > 0 ? $"&fieldSelector=metadata.name%3D{request.Name}" : "";
        var query = selects ? $"?limit=500&resourceVersion={1_000_000 + number}{field}{(request.Verb == "watch" ? "&watch=true" : "")}" : "";
        return prefix + scope + "/" + request.Resource + name + subresource + query;
    }
}

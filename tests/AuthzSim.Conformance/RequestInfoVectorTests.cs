using System.Text.Json;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>requestinfo.jsonl.gz: what upstream's RequestInfoFactory made of methods and URLs.</summary>
public sealed class RequestInfoVectorTests
{
    private const string File = "requestinfo.jsonl.gz";

    [Fact]
    public void Every_field_of_the_request_info()
    {
        var mismatches = new Mismatches(File);
        foreach (var entry in Vectors.ReadJsonLines(File))
        {
            var (method, url) = (entry.Text("method"), entry.Text("url"));
            var info = RequestInfo.FromHttp(method, WithHost(url));
            mismatches.Compare($"{method} {url}", Recorded(entry), Ours(info));
        }

        mismatches.AssertNone();
    }

    /// <summary>The recorder's client-side URL parser took what follows a leading <c>//</c> for a host.</summary>
    private static string WithHost(string url) => url.StartsWith("//", StringComparison.Ordinal) ? "http:" + url : url;

    private static string Recorded(JsonElement e) => Show(
        e.GetProperty("isResourceRequest").GetBoolean(), e.Text("path"), e.Text("verb"), e.Text("apiPrefix"), e.Text("apiGroup"),
        e.Text("apiVersion"), e.Text("namespace"), e.Text("resource"), e.Text("subresource"), e.Text("name"), e.Strings("parts"),
        e.Text("fieldSelector"), e.Text("labelSelector"), e.Text("error"));

    private static string Ours(RequestInfo i) => Show(
        i.IsResourceRequest, i.Path, i.Verb, i.ApiPrefix, i.ApiGroup, i.ApiVersion, i.Namespace, i.Resource, i.Subresource, i.Name,
        i.Parts, i.FieldSelector, i.LabelSelector, i.Error ?? "");

    private static string Show(
        bool isResourceRequest, string path, string verb, string prefix, string group, string version, string @namespace,
        string resource, string subresource, string name, IEnumerable<string> parts, string fieldSelector, string labelSelector,
        string error) =>
        $"resource={isResourceRequest} path={path} verb={verb} prefix={prefix} group={group} version={version} namespace={@namespace} "
        + $"resource={resource} subresource={subresource} name={name} parts=[{string.Join(",", parts.Select(p => $"'{p}'"))}] "
        + $"fields={fieldSelector} labels={labelSelector} error={error}";
}

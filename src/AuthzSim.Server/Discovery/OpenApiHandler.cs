using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Discovery;

/// <summary>
/// <c>/openapi/v3</c> as far as kubectl needs it: which resources take a patch, and that fields are validated by the server
/// (upstream: <c>k8s.io/kube-openapi/pkg/handler3</c>; kubectl's <c>QueryParamVerifierV3</c> reads it).
/// </summary>
internal sealed class OpenApiHandler : IRequestHandler
{
    private const string Root = "/openapi/v3";

    private static readonly string[] _parameters = ["dryRun", "fieldManager", "fieldValidation", "force", "pretty"];

    // A strategic merge patch is not among them: without its merge keys in a schema kubectl falls back to those it knows of itself.
    private static readonly string[] _patches = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];

    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    public OpenApiHandler()
    {
        var paths = new JsonObject();
        foreach (var group in ServedResource.All.GroupBy(r => r.ApiVersion, StringComparer.Ordinal))
        {
            var path = group.Key.Contains('/', StringComparison.Ordinal) ? $"apis/{group.Key}" : $"api/{group.Key}";
            var document = Encoding.UTF8.GetBytes(DocumentOf(path, [.. group]).ToJsonString());
            _documents.Add($"{Root}/{path}", document);
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"{Root}/{path}?hash={Convert.ToHexString(SHA256.HashData(document))}" };
        }

        _documents.Add(Root, Encoding.UTF8.GetBytes(new JsonObject { ["paths"] = paths }.ToJsonString()));
    }

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && _documents.ContainsKey(request.Info.Path.TrimEnd('/'));

    public Task HandleAsync(ApiRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        ? request.AnswerAsync(StatusCodes.Status200OK, _documents[request.Info.Path.TrimEnd('/')])
        : request.AnswerAsync(ServerStatuses.MethodNotAllowed);

    private static JsonObject DocumentOf(string path, List<ServedResource> resources)
    {
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            var at = resource.IsNamespaced ? $"/{path}/namespaces/{{namespace}}/{resource.Name}/{{name}}" : $"/{path}/{resource.Name}/{{name}}";
            paths[at] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["operationId"] = $"patch{resource.Kind}",
                    ["parameters"] = new JsonArray([.. _parameters.Select(ParameterOf)]),
                    ["requestBody"] = new JsonObject
                    {
                        ["content"] = new JsonObject(_patches.Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } }))),
                        ["required"] = true,
                    },
                    ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                    ["x-kubernetes-action"] = "patch",
                    ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = "v1" },
                },
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.2" },
            ["paths"] = paths,
        };
    }

    private static JsonNode ParameterOf(string name) => new JsonObject
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true },
    };
}

using System.Collections.Immutable;
using AuthzSim.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Pages;

/// <summary><c>GET /</c> for those who take no page: the paths there are (upstream: <c>k8s.io/apiserver/pkg/server/routes/index.go</c>).</summary>
internal sealed class RootHandler(IEnumerable<string> discovery) : IRequestHandler
{
    private static readonly string[] _others =
    [
        "/audit", "/authenticate", "/authorize", "/authzsim/v1/diff", "/authzsim/v1/divergences", "/authzsim/v1/eval",
        "/authzsim/v1/explain", "/authzsim/v1/matrix", "/authzsim/v1/openapi.json", "/authzsim/v1/whocan", "/healthz", "/livez",
        "/metrics", "/readyz",
    ];

    private readonly ImmutableArray<string> _paths = [.. discovery.Concat(_others).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && request.Info.Path == "/";

    public Task HandleAsync(ApiRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        ? request.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("paths"u8);
            foreach (var path in _paths)
            {
                json.WriteStringValue(path);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        })
        : request.AnswerAsync(ServerStatuses.MethodNotAllowed);
}

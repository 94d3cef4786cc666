using AuthzSim.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Discovery;

/// <summary>
/// <c>/api</c>, <c>/apis</c> and below, and <c>/version</c>, in the aggregated form for clients that ask for it (upstream:
/// <c>k8s.io/apiserver/pkg/endpoints/discovery/aggregated</c>).
/// </summary>
internal sealed class DiscoveryHandler(DiscoveryDocuments documents) : IRequestHandler
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && Find(request) is not null;

    public Task HandleAsync(ApiRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return request.AnswerAsync(ServerStatuses.MethodNotAllowed);
        }

        var (json, isAggregated) = Find(request)!.Value;
        request.Http.Response.Headers.Vary = "Accept";
        return ApiResponse.WriteJsonAsync(request.Http, StatusCodes.Status200OK, json, isAggregated ? Aggregated : ApiResponse.Json);
    }

    private (byte[] Json, bool IsAggregated)? Find(ApiRequest request) => documents.Find(
        request.Info.Path.TrimEnd('/'), request.Http.Request.Headers.Accept.ToString().Replace(" ", "", StringComparison.Ordinal).Contains("g=apidiscovery.k8s.io;v=v2;", StringComparison.Ordinal));
}

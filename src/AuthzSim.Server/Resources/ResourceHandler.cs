using AuthzSim.Authorization;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Resources;

/// <summary>
/// Roles, bindings, namespaces and service accounts by the verbs of the API (upstream: <c>k8s.io/apiserver/pkg/endpoints/installer.go</c>).
/// </summary>
internal sealed class ResourceHandler(ClusterStore store, IAuthorizer authorizer, TimeProvider time, CancellationToken stopping) : IRequestHandler
{
    private readonly ObjectWrites _writes = new(store, authorizer);
    private readonly Deletions _deletions = new(store);

    public bool Handles(ApiRequest request) =>
        request.Info is { IsResourceRequest: true, Subresource: "" } info && ServedResource.Find(info.ApiGroup, info.ApiVersion, info.Resource) is not null;

    public async Task HandleAsync(ApiRequest request)
    {
        var info = request.Info;
        var resource = ServedResource.Find(info.ApiGroup, info.ApiVersion, info.Resource)!;
        if (RouteFailure(request, resource) is { } unrouted)
        {
            await request.AnswerAsync(unrouted).ConfigureAwait(false);
            return;
        }

        if (Representation.Of(request, time.GetUtcNow()) is not { } form)
        {
            await request.AnswerAsync(ServerStatuses.NotAcceptable(ApiResponse.Json)).ConfigureAwait(false);
            return;
        }

        try
        {
            await (info.Verb switch
            {
                "get" => GetAsync(request, resource, form),
                "list" => ListAsync(request, resource, form),
                "watch" => WatchAsync(request, resource, form),
                "delete" => _deletions.DeleteAsync(request, resource, form),
                "deletecollection" => _deletions.DeleteCollectionAsync(request, resource, form),
                "create" or "update" or "patch" => _writes.WriteAsync(request, resource, form),
                _ => request.AnswerAsync(ServerStatuses.MethodNotAllowed),
            }).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            await request.AnswerAsync(ApiStatuses.InternalError(e.Message)).ConfigureAwait(false);
        }
    }

    /// <summary>Why there is no such path, or no such method at it; null when there is.</summary>
    private static ApiStatus? RouteFailure(ApiRequest request, ServedResource resource)
    {
        // Of a list the name may come from its field selector; the path says what is asked of.
        var parts = request.Info.Parts;
        var isNamed = parts.Length == 2;
        var isInNamespace = resource != ServedResource.Namespaces && request.Info.Namespace.Length > 0;
        if (parts.Length > 2 || (isInNamespace && !resource.IsNamespaced) || (isNamed && resource.IsNamespaced && !isInNamespace))
        {
            return ServerStatuses.NoSuchResource;
        }

        var isAllowed = request.Info.Verb switch
        {
            "create" => !isNamed && (isInNamespace || !resource.IsNamespaced),
            "update" or "patch" or "delete" => isNamed,
            "deletecollection" => !isNamed && resource != ServedResource.Namespaces && (isInNamespace || !resource.IsNamespaced),
            _ => true,
        };
        return isAllowed ? null : ServerStatuses.MethodNotAllowed;
    }

    private async Task GetAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        var found = store.State.Find(resource, resource.IsNamespaced ? request.Info.Namespace : "", request.Info.Name);
        await (found is null
            ? request.AnswerAsync(ApiStatuses.NotFound(resource.Group, resource.Name, request.Info.Name))
            : request.AnswerAsync(StatusCodes.Status200OK, form.One(found))).ConfigureAwait(false);
    }

    private async Task ListAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        var (selection, failure) = Selection.Read(request, resource);
        if (selection is not null)
        {
            (var page, failure) = ListReader.Read(request, store, selection);
            if (page is not null)
            {
                await request.AnswerAsync(StatusCodes.Status200OK, form.List(resource, page.Items, page.Meta)).ConfigureAwait(false);
                return;
            }
        }

        await request.AnswerAsync(failure!).ConfigureAwait(false);
    }

    private async Task WatchAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        var (selection, failure) = Selection.Read(request, resource);
        var watch = selection is null ? null : new Watch(store, request, selection, form, time);
        failure ??= watch!.Check();
        await (failure is null ? watch!.RunAsync(stopping) : request.AnswerAsync(failure)).ConfigureAwait(false);
    }
}

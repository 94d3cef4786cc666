using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Resources;

/// <summary>Deletes one object or many (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/delete.go</c>).</summary>
internal sealed class Deletions(ClusterStore store)
{
    public async Task DeleteAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        if (await DeleteOptions.ReadAsync(request).ConfigureAwait(false) is not { } options)
        {
            return;
        }

        var @namespace = resource.IsNamespaced ? request.Info.Namespace : "";
        var (gone, kept, failure) = store.Write(transaction => Delete(transaction, resource, @namespace, request.Info.Name, options), options.IsDryRun);
        var answered = kept ?? (resource == ServedResource.ServiceAccounts ? gone : null);
        await (failure is not null ? request.AnswerAsync(failure)
            : answered is not null ? request.AnswerAsync(StatusCodes.Status200OK, form.One(answered))
            : request.AnswerAsync(StatusCodes.Status200OK, Success(gone!))).ConfigureAwait(false);
    }

    public async Task DeleteCollectionAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        var (selection, failure) = Selection.Read(request, resource);
        if (selection is null)
        {
            await request.AnswerAsync(failure!).ConfigureAwait(false);
            return;
        }

        if (await DeleteOptions.ReadAsync(request).ConfigureAwait(false) is not { } options)
        {
            return;
        }

        var (deleted, version) = store.Write(
            transaction =>
            {
                var all = transaction.In(resource, selection.Namespace).Where(selection.Matches).ToList();
                foreach (var item in all)
                {
                    NamespaceContents.Remove(transaction, item);
                }

                return (all, options.IsDryRun ? store.State.Version : transaction.Version);
            },
            options.IsDryRun);
        await request.AnswerAsync(StatusCodes.Status200OK, form.List(resource, deleted, new ListMeta(version))).ConfigureAwait(false);
    }

    /// <summary>What is gone, or what stays for its finalizers or, a namespace, while its contents go; or the failure.</summary>
    private static (StoredObject? Gone, StoredObject? Kept, ApiStatus? Failure) Delete(
        Transaction transaction, ServedResource resource, string @namespace, string name, DeleteOptions options)
    {
        if (resource == ServedResource.Namespaces && NamespaceContents.IsImmortal(name))
        {
            return (null, null, ApiStatuses.Forbidden(resource.Group, resource.Name, name, "this namespace may not be deleted"));
        }

        if (transaction.Find(resource, @namespace, name) is not { } item)
        {
            return (null, null, ApiStatuses.NotFound(resource.Group, resource.Name, name));
        }

        if (options.Conflict(item) is { } conflict)
        {
            return (null, null, conflict);
        }

        var kept = resource == ServedResource.Namespaces ? NamespaceContents.Delete(transaction, item) : NamespaceContents.Remove(transaction, item);
        return (item, options.IsDryRun && kept is not null ? kept with { Version = item.Version } : kept, null);
    }

    private static byte[] Success(StoredObject gone)
    {
        var details = new JsonObject { ["name"] = gone.Name };
        if (gone.Resource.Group.Length > 0)
        {
            details["group"] = gone.Resource.Group;
        }

        details["kind"] = gone.Resource.Name;
        details["uid"] = gone.Uid.ToString();
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        }.ToJsonString());
    }
}

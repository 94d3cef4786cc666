using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Server.Patching;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>
/// Creates, updates and patches (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch}.go</c>). Each is
/// judged and made while nobody else writes, so no answer is about a state that has passed.
/// </summary>
internal sealed class ObjectWrites(ClusterStore store, IAuthorizer authorizer)
{
    public async Task WriteAsync(ApiRequest request, ServedResource resource, Representation form)
    {
        var verb = request.Info.Verb;
        var mediaType = BodyReader.MediaTypeOf(request.Http.Request.ContentType);
        var (options, failure) = WriteOptions.Read(
            request, verb switch { "create" => "CreateOptions", "update" => "UpdateOptions", _ => "PatchOptions" }, isApply: verb == "patch" && mediaType == Patches.ApplyYaml);
        if (options is null)
        {
            await request.AnswerAsync(failure!).ConfigureAwait(false);
            return;
        }

        var body = verb == "patch" ? await request.ReadBodyAsync().ConfigureAwait(false) : await BodyReader.ReadJsonAsync(request).ConfigureAwait(false);
        if (body is null)
        {
            return;
        }

        var outcome = verb == "patch"
            ? store.Write(transaction => Patch(transaction, request, resource, options, mediaType, body.Value), options.IsDryRun)
            : WriteWhole(request, resource, options, body.Value);
        await (outcome.Failure is { } failed
            ? request.AnswerAsync(failed)
            : request.AnswerAsync(outcome.Code, form.One(outcome.Object!))).ConfigureAwait(false);
    }

    private Outcome WriteWhole(ApiRequest request, ServedResource resource, WriteOptions options, ReadOnlyMemory<byte> body)
    {
        var (draft, failure) = Draft.Read(resource, body, options.FieldValidation == "Strict");
        if (draft is null)
        {
            return Outcome.Failed(failure!);
        }

        Warn(request, options, draft);
        return store.Write(
            transaction => request.Info.Verb == "create"
                ? Create(transaction, request, resource, options, draft)
                : Update(transaction, request, resource, options, draft, managedFields: null),
            options.IsDryRun);
    }

    private static void Warn(ApiRequest request, WriteOptions options, Draft draft)
    {
        if (options.FieldValidation == "Warn")
        {
            foreach (var complaint in draft.Complaints)
            {
                Warnings.Add(request.Http.Response, complaint);
            }
        }
    }

    private Outcome Create(Transaction transaction, ApiRequest request, ServedResource resource, WriteOptions options, Draft draft)
    {
        var suffix = NameSuffix.New();
        var @namespace = resource.IsNamespaced ? request.Info.Namespace : "";
        var (meta, rbac, failure) = draft.Rbac is { } written
            ? Answered(transaction, RbacWrite.Create(request.User, written, @namespace) with { GeneratedNameSuffix = suffix })
            : CoreWrites.Create(transaction, resource, @namespace, draft.Meta, suffix);

        if (draft.Meta.ResourceVersion.Length > 0 && failure is null or { Code: 409 })
        {
            return Outcome.Failed(ApiStatuses.Plain("resourceVersion should not be set on objects to be created"));
        }

        return failure is not null ? Outcome.Failed(failure) : Outcome.Created(Added(transaction, resource, options, draft, meta, rbac, managedFields: null));
    }

    private Judgement Answered(Transaction transaction, RbacWrite write)
    {
        var result = new RbacWriteHandler(transaction, authorizer).HandleAuthorized(write);
        return new Judgement(result.Object?.Metadata ?? write.Object.Metadata, result.Object, result.Status);
    }

    /// <summary>Stores a new object.</summary>
    private static StoredObject Added(
        Transaction transaction, ServedResource resource, WriteOptions options, Draft draft, ObjectMeta meta, RbacObject? rbac, ReadOnlyMemory<byte>? managedFields)
    {
        var own = OwnWords(meta);
        var item = new StoredObject
        {
            Resource = resource,
            Namespace = resource.IsNamespaced ? meta.Namespace : "",
            Name = meta.Name,
            Rbac = rbac is null ? null : rbac with { Metadata = own },
            Meta = own,
            Rest = draft.Rest,
            Uid = Guid.NewGuid(),
            CreatedAt = transaction.At.ToUnixTimeSeconds(),
        };
        item = resource == ServedResource.Namespaces ? NamespaceContents.WithStatus(item) : item;
        item = managedFields is { } fields
            ? item with { ManagedFields = fields }
            : ObjectJson.WithManager(null, item, options.Manager, transaction.At);
        var stored = transaction.Put(item);
        if (resource == ServedResource.Namespaces)
        {
            NamespaceContents.EnsureAccount(transaction, stored.Name);
        }

        return options.IsDryRun ? stored with { Version = 0 } : stored;
    }

    private Outcome Update(
        Transaction transaction, ApiRequest request, ServedResource resource, WriteOptions options, Draft draft, ReadOnlyMemory<byte>? managedFields)
    {
        var @namespace = resource.IsNamespaced ? request.Info.Namespace : "";
        var existing = transaction.Find(resource, @namespace, request.Info.Name);
        var (meta, rbac, failure) = draft.Rbac is { } written
            ? Answered(transaction, RbacWrite.Update(request.User, written, @namespace, request.Info.Name))
            : CoreWrites.Update(transaction, resource, @namespace, request.Info.Name, draft.Meta, existing, mayCreate: managedFields is not null);
        if (failure is not null)
        {
            return Outcome.Failed(failure);
        }

        return existing is null
            ? Outcome.Created(Added(transaction, resource, options, draft, meta, rbac, managedFields))
            : Changed(transaction, options, draft, existing, meta, rbac, managedFields);
    }

    private static Outcome Changed(
        Transaction transaction, WriteOptions options, Draft draft, StoredObject existing, ObjectMeta meta, RbacObject? rbac, ReadOnlyMemory<byte>? managedFields)
    {
        if (existing.DeletedAt is not null && meta.Finalizers.Where(f => !existing.Meta.Finalizers.Contains(f)).ToList() is { Count: > 0 } added)
        {
            return Outcome.Failed(ApiStatuses.Invalid(existing.Resource.Group, existing.Resource.Kind, existing.Name, [FieldErrors.Forbidden(
                "metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(Text.GoText.Quote))}}}")]));
        }

        // What a name was made of is not for an update to say.
        var own = OwnWords(meta) with { GenerateName = existing.Meta.GenerateName };
        var item = existing with
        {
            Rbac = rbac is null ? null : rbac with { Metadata = own },
            Meta = own,
            Rest = existing.Resource == ServedResource.ServiceAccounts ? draft.Rest : existing.Rest,
        };
        item = existing.Resource == ServedResource.Namespaces ? NamespaceContents.WithStatus(item) : item;
        if (SameText(existing with { ManagedFields = default }, item with { ManagedFields = default })
            && (managedFields is null || SameFields(existing.ManagedFields, managedFields.Value)))
        {
            return Outcome.Updated(existing);
        }

        item = managedFields is { } fields
            ? item with { ManagedFields = fields }
            : ObjectJson.WithManager(existing, item, options.Manager, transaction.At);
        if (item.DeletedAt is null || !own.Finalizers.IsEmpty)
        {
            var stored = transaction.Put(item);
            return Outcome.Updated(options.IsDryRun ? stored with { Version = existing.Version } : stored);
        }

        transaction.Delete(existing);
        NamespaceContents.EndIfEmpty(transaction, existing.Resource == ServedResource.Namespaces ? existing.Name : existing.Namespace);
        return Outcome.Updated(item);
    }

    private Outcome Patch(
        Transaction transaction, ApiRequest request, ServedResource resource, WriteOptions options, string mediaType, ReadOnlyMemory<byte> body)
    {
        var name = request.Info.Name;
        var existing = transaction.Find(resource, resource.IsNamespaced ? request.Info.Namespace : "", name);
        if (existing is null && mediaType is Patches.JsonPatch or Patches.MergePatch or Patches.StrategicMergePatch)
        {
            return Outcome.Failed(ApiStatuses.NotFound(resource.Group, resource.Name, name));
        }

        var result = Patches.Apply(new PatchRequest
        {
            MediaType = mediaType,
            Body = body,
            Live = existing is null ? null : ObjectJson.ObjectOf(existing),
            ApiVersion = resource.ApiVersion,
            Kind = resource.Kind,
            Resource = resource.Name,
            Name = name,
            Manager = options.Manager,
            Force = options.Force,
            At = transaction.At,
        });
        if (result.Object is not { } patched)
        {
            return Outcome.Failed(result.Failure!);
        }

        var (draft, failure) = Draft.Read(resource, Encoding.UTF8.GetBytes(patched.ToJsonString()), options.FieldValidation == "Strict");
        if (draft is null)
        {
            return Outcome.Failed(failure!);
        }

        Warn(request, options, draft);
        return Update(transaction, request, resource, options, draft, ObjectJson.ManagedFieldsOf(patched));
    }

    /// <summary>Metadata without what the server gives to an object, which stands apart.</summary>
    private static ObjectMeta OwnWords(ObjectMeta meta) => meta with { Uid = "", ResourceVersion = "", CreationTimestamp = "" };

    private static bool SameText(StoredObject a, StoredObject b) => ObjectJson.TextOf(a).AsSpan().SequenceEqual(ObjectJson.TextOf(b));

    /// <summary>True when the same managers own the same fields, whenever they came to them.</summary>
    private static bool SameFields(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        return Timeless(a) == Timeless(b);

        static string Timeless(ReadOnlyMemory<byte> text)
        {
            if (text.IsEmpty)
            {
                return "";
            }

            var fields = (JsonArray)JsonNode.Parse(text.Span)!;
            foreach (var entry in fields.OfType<JsonObject>())
            {
                entry.Remove("time");
            }

            return fields.ToJsonString();
        }
    }
}

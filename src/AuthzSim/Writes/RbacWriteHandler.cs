using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Writes;

/// <summary>
/// What the API server answers to a write of an RBAC object, check by check in its order (upstream:
/// <c>k8s.io/apiserver/pkg/endpoints/handlers/{create,update}.go</c>, the policy based RBAC storages, and
/// <c>pkg/registry/generic/registry/store.go</c>). Nothing is stored: every answer is about the same policy.
/// </summary>
public sealed class RbacWriteHandler
{
    private const string Modified =
        "the object has been modified; please apply your changes to the latest version and try again";

    private readonly IAuthorizer _authorizer;
    private readonly EscalationCheck _escalation;
    private readonly Dictionary<(string Kind, string Namespace, string Name), RbacObject> _stored = [];
    private readonly Dictionary<string, Namespace> _namespaces = new(StringComparer.Ordinal);

    /// <summary>A server with <c>--authorization-mode=RBAC</c>.</summary>
    /// <param name="policy">The objects it has.</param>
    public RbacWriteHandler(PolicySet policy)
        : this(policy, new UnionAuthorizer(new SystemMastersAuthorizer(), new RbacAuthorizer(policy)))
    {
    }

    /// <summary>A server with any authorizers.</summary>
    /// <param name="policy">
    /// The objects it has. When it declares no namespace at all, every namespace exists; otherwise only those declared do.
    /// </param>
    /// <param name="authorizer">The whole chain, <see cref="SystemMastersAuthorizer"/> first.</param>
    public RbacWriteHandler(PolicySet policy, IAuthorizer authorizer)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _authorizer = authorizer;
        _escalation = new EscalationCheck(policy, authorizer);
        foreach (var stored in policy.Objects)
        {
            _stored[Key(stored)] = stored;
        }

        foreach (var @namespace in policy.Namespaces)
        {
            _namespaces[@namespace.Name] = @namespace;
        }
    }

    /// <summary>The answer to a write, from authorization on.</summary>
    /// <param name="write">The write.</param>
    public RbacWriteResult Handle(RbacWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        return Authorize(write.Attributes) is { } refused ? RbacWriteResult.Failure(refused) : HandleAuthorized(write);
    }

    /// <summary>
    /// The answer to a write that has passed authorization and decoding, for a server that has done both.
    /// </summary>
    /// <param name="write">The write.</param>
    public RbacWriteResult HandleAuthorized(RbacWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (NamespaceMismatch(write) is { } mismatch)
        {
            return RbacWriteResult.Failure(mismatch);
        }

        var decoded = RbacDefaults.SetDefaults(write.Object);
        var meta = decoded.Metadata;
        var newObject = decoded with
        {
            Metadata = meta with { Namespace = write.Namespace, OwnerReferences = [.. meta.OwnerReferences.Distinct()] },
        };
        return write.Verb == RbacWriteVerb.Create ? Create(write, newObject) : Update(write, newObject);
    }

    /// <summary>True for an object of the policy; the namespace of cluster-scoped kinds is <c>""</c>.</summary>
    internal bool Has(string kind, string @namespace, string name) => _stored.ContainsKey((kind, @namespace, name));

    private RbacWriteResult Create(RbacWrite write, RbacObject newObject)
    {
        var status = NamespaceLifecycle(newObject, isCreate: true)
            ?? Refused(newObject, _escalation.CheckCreate(write.User, newObject));
        if (status is not null)
        {
            return RbacWriteResult.Failure(status);
        }

        var named = WithGeneratedName(newObject, write.GeneratedNameSuffix);
        status = Invalid(named)
            ?? (_stored.ContainsKey(Key(named))
                ? ApiStatuses.AlreadyExists(RbacNames.Group, named.Resource, named.Metadata.Name)
                : null);
        return status is null ? RbacWriteResult.Created(named) : RbacWriteResult.Failure(status);
    }

    private RbacWriteResult Update(RbacWrite write, RbacObject newObject)
    {
        if (NameMismatch(write) is { } mismatch)
        {
            return RbacWriteResult.Failure(mismatch);
        }

        var old = _stored.GetValueOrDefault(Key(newObject));
        var status = UidConflict(newObject, old)
            ?? NamespaceLifecycle(newObject, isCreate: old is null)
            ?? Refused(newObject, _escalation.CheckUpdate(write.User, newObject, old));
        if (status is not null)
        {
            return RbacWriteResult.Failure(status);
        }

        if (old is null)
        {
            status = Invalid(newObject) ?? Authorize(write.Attributes with { Verb = "create" });
            return status is null ? RbacWriteResult.Created(newObject) : RbacWriteResult.Failure(status);
        }

        status = VersionConflict(newObject, old);
        if (status is not null)
        {
            return RbacWriteResult.Failure(status);
        }

        var merged = WithServerFields(newObject, old);
        var errors = RbacValidation.ValidateUpdate(merged, old);
        return errors.IsEmpty ? RbacWriteResult.Updated(merged) : RbacWriteResult.Failure(Invalid(merged, errors));
    }

    private ApiStatus? Authorize(in RequestAttributes attributes)
    {
        var result = _authorizer.Authorize(attributes);
        return result switch
        {
            { IsAllowed: true } => null,
            { EvaluationError: { } error } => ApiStatuses.InternalError(error),
            _ => ApiStatuses.Forbidden(attributes, result.Reason),
        };
    }

    private static ApiStatus? NamespaceMismatch(RbacWrite write) =>
        write.Object is { IsNamespaced: true, Metadata.Namespace: { Length: > 0 } own } && own != write.Namespace
            ? ApiStatuses.BadRequest("the namespace of the provided object does not match the namespace sent on the request")
            : null;

    private static ApiStatus? NameMismatch(RbacWrite write)
    {
        var name = write.Object.Metadata.Name;
        return name.Length == 0
            ? ApiStatuses.BadRequest(
                $"the name of the object ({write.Name} based on URL) was undeterminable: name must be provided")
            : name == write.Name
                ? null
                : ApiStatuses.BadRequest(
                    $"the name of the object ({name}) does not match the name on the URL ({write.Name})");
    }

    /// <summary>The one mutating admission plugin that matters here (upstream: <c>plugin/namespace/lifecycle</c>).</summary>
    private ApiStatus? NamespaceLifecycle(RbacObject newObject, bool isCreate)
    {
        if (!newObject.IsNamespaced || _namespaces.Count == 0)
        {
            return null;
        }

        var (name, meta) = (newObject.Metadata.Namespace, newObject.Metadata);
        if (!_namespaces.TryGetValue(name, out var @namespace))
        {
            return ApiStatuses.NotFound(apiGroup: "", "namespaces", name);
        }

        if (!isCreate || !@namespace.IsTerminating)
        {
            return null;
        }

        var status = ApiStatuses.Forbidden(
            RbacNames.Group, newObject.Resource, meta.Name.Length > 0 ? meta.Name : meta.GenerateName,
            $"unable to create new content in namespace {name} because it is being terminated");
        var cause = new StatusCause("NamespaceTerminating", $"namespace {name} is being terminated", "metadata.namespace");
        return status with { Details = status.Details! with { Causes = [cause] } };
    }

    private static ApiStatus? Refused(RbacObject newObject, EscalationRefusal? refusal) => refusal?.Kind switch
    {
        null => null,
        EscalationRefusalKind.NotHeld => ApiStatuses.Forbidden(
            RbacNames.Group, newObject.Resource, newObject.Metadata.Name, refusal.Message),
        EscalationRefusalKind.RoleNotFound => ApiStatuses.NotFound(
            RbacNames.Group, newObject.Resource, ((RbacBinding)newObject).RoleRef.Name),
        EscalationRefusalKind.InvalidRoleReference => ApiStatuses.BadRequest(refusal.Message),
        _ => ApiStatuses.Plain(refusal.Message),
    };

    private static ApiStatus? Invalid(RbacObject newObject)
    {
        var errors = RbacValidation.Validate(newObject);
        return errors.IsEmpty ? null : Invalid(newObject, errors);
    }

    private static ApiStatus Invalid(RbacObject newObject, ImmutableArray<FieldError> errors) =>
        ApiStatuses.Invalid(RbacNames.Group, newObject.Kind, newObject.Metadata.Name, errors);

    /// <summary>A uid in the body is a precondition; that of a stored object may be unknown here, and then it holds.</summary>
    private static ApiStatus? UidConflict(RbacObject newObject, RbacObject? old)
    {
        var (uid, stored) = (newObject.Metadata.Uid, old?.Metadata.Uid ?? "");
        if (uid.Length == 0 || uid == stored || (old is not null && stored.Length == 0))
        {
            return null;
        }

        var meta = newObject.Metadata;
        var key = $"/registry/{newObject.Resource}/{(newObject.IsNamespaced ? $"{meta.Namespace}/" : "")}{meta.Name}";
        return ApiStatuses.Conflict(
            RbacNames.Group, newObject.Resource, newObject.Metadata.Name,
            $"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            + $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored}");
    }

    private static ApiStatus? VersionConflict(RbacObject newObject, RbacObject old) =>
        newObject.Metadata.ResourceVersion is { Length: > 0 } sent && old.Metadata.ResourceVersion is { Length: > 0 } stored
        && sent != stored
            ? ApiStatuses.Conflict(RbacNames.Group, newObject.Resource, newObject.Metadata.Name, Modified)
            : null;

    private static RbacObject WithServerFields(RbacObject newObject, RbacObject old)
    {
        var (meta, stored) = (newObject.Metadata, old.Metadata);
        return newObject with
        {
            Metadata = meta with
            {
                Uid = stored.Uid.Length > 0 ? stored.Uid : meta.Uid,
                ResourceVersion = stored.ResourceVersion.Length > 0 ? stored.ResourceVersion : meta.ResourceVersion,
                CreationTimestamp = stored.CreationTimestamp.Length > 0 ? stored.CreationTimestamp : meta.CreationTimestamp,
            },
        };
    }

    private static RbacObject WithGeneratedName(RbacObject newObject, string suffix)
    {
        var meta = newObject.Metadata;
        return meta.Name.Length > 0 || meta.GenerateName.Length == 0
            ? newObject
            : newObject with { Metadata = meta with { Name = GeneratedName.Of(meta.GenerateName, suffix) } };
    }

    private static (string Kind, string Namespace, string Name) Key(RbacObject @object) =>
        (@object.Kind, @object.IsNamespaced ? @object.Metadata.Namespace : "", @object.Metadata.Name);
}

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
    private readonly IAuthorizer _authorizer;
    private readonly EscalationCheck _escalation;
    private readonly IRbacStorage _stored;

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
        : this(new PolicySetStorage(policy), authorizer)
    {
    }

    /// <summary>A server that looks up what it has.</summary>
    internal RbacWriteHandler(IRbacStorage stored, IAuthorizer authorizer) =>
        (_stored, _authorizer, _escalation) = (stored, authorizer, new EscalationCheck(stored, authorizer));

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
    internal bool Has(string kind, string @namespace, string name) => _stored.Find(kind, @namespace, name) is not null;

    private RbacWriteResult Create(RbacWrite write, RbacObject newObject)
    {
        var status = Lifecycle(newObject, isCreate: true)
            ?? Refused(newObject, _escalation.CheckCreate(write.User, newObject));
        if (status is not null)
        {
            return RbacWriteResult.Failure(status);
        }

        var named = WithGeneratedName(newObject, write.GeneratedNameSuffix);
        status = Invalid(named)
            ?? (Stored(named) is not null
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

        var old = Stored(newObject);
        var status = UidConflict(newObject, old)
            ?? Lifecycle(newObject, isCreate: old is null)
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

    private ApiStatus? Lifecycle(RbacObject newObject, bool isCreate) => newObject.IsNamespaced
        ? NamespaceLifecycle.Check(_stored, RbacNames.Group, newObject.Resource, newObject.Metadata, isCreate)
        : null;

    private static ApiStatus? UidConflict(RbacObject newObject, RbacObject? old) =>
        WritePreconditions.UidConflict(RbacNames.Group, newObject.Resource, newObject.Metadata, old?.Metadata);

    private static ApiStatus? VersionConflict(RbacObject newObject, RbacObject old) =>
        WritePreconditions.VersionConflict(RbacNames.Group, newObject.Resource, newObject.Metadata, old.Metadata);

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

    private RbacObject? Stored(RbacObject @object) =>
        _stored.Find(@object.Kind, @object.IsNamespaced ? @object.Metadata.Namespace : "", @object.Metadata.Name);
}

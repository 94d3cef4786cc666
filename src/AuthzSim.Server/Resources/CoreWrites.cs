using AuthzSim.Rbac;
using AuthzSim.Server.State;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Resources;

/// <summary>
/// What a server says to writes of namespaces and service accounts (upstream: <c>ValidateNamespace</c> and
/// <c>ValidateServiceAccount</c> of <c>pkg/apis/core/validation</c>).
/// </summary>
internal static class CoreWrites
{
    /// <summary>The metadata of a new object, or the failure.</summary>
    public static Judgement Create(Transaction transaction, ServedResource resource, string @namespace, ObjectMeta meta, string suffix)
    {
        if (NamespaceMismatch(resource, @namespace, meta) is { } mismatch)
        {
            return new Judgement(meta, null, mismatch);
        }

        meta = meta with { Namespace = @namespace };
        var failure = Lifecycle(transaction, resource, meta, isCreate: true);
        if (meta.Name.Length == 0 && meta.GenerateName.Length > 0)
        {
            meta = meta with { Name = GeneratedName.Of(meta.GenerateName, suffix) };
        }

        failure ??= Invalid(resource, meta)
            ?? (transaction.Find(resource, @namespace, meta.Name) is null ? null : ApiStatuses.AlreadyExists(resource.Group, resource.Name, meta.Name));
        return new Judgement(meta, null, failure);
    }

    /// <summary>The metadata of a changed object, or the failure.</summary>
    public static Judgement Update(
        Transaction transaction, ServedResource resource, string @namespace, string name, ObjectMeta meta, StoredObject? existing, bool mayCreate)
    {
        var failure = NamespaceMismatch(resource, @namespace, meta) ?? NameMismatch(name, meta);
        if (failure is not null)
        {
            return new Judgement(meta, null, failure);
        }

        meta = meta with { Namespace = @namespace };
        if (existing is null)
        {
            return new Judgement(meta, null, mayCreate
                ? Lifecycle(transaction, resource, meta, isCreate: true) ?? Invalid(resource, meta)
                : ApiStatuses.NotFound(resource.Group, resource.Name, name));
        }

        var old = existing.FullMeta();
        failure = WritePreconditions.UidConflict(resource.Group, resource.Name, meta, old)
            ?? Lifecycle(transaction, resource, meta, isCreate: false)
            ?? WritePreconditions.VersionConflict(resource.Group, resource.Name, meta, old)
            ?? Invalid(resource, meta);
        return new Judgement(meta, null, failure);
    }

    private static ApiStatus? NamespaceMismatch(ServedResource resource, string @namespace, ObjectMeta meta) =>
        resource.IsNamespaced && meta.Namespace.Length > 0 && meta.Namespace != @namespace
            ? ApiStatuses.BadRequest("the namespace of the provided object does not match the namespace sent on the request")
            : null;

    private static ApiStatus? NameMismatch(string name, ObjectMeta meta) => meta.Name.Length == 0
        ? ApiStatuses.BadRequest($"the name of the object ({name} based on URL) was undeterminable: name must be provided")
        : meta.Name == name ? null
        : ApiStatuses.BadRequest($"the name of the object ({meta.Name}) does not match the name on the URL ({name})");

    private static ApiStatus? Lifecycle(Transaction transaction, ServedResource resource, ObjectMeta meta, bool isCreate) => resource.IsNamespaced
        ? NamespaceLifecycle.Check(transaction, resource.Group, resource.Name, meta, isCreate)
        : null;

    private static ApiStatus? Invalid(ServedResource resource, ObjectMeta meta)
    {
        FieldErrorList errors = default;
        ObjectMetaValidation.Validate(
            ref errors, meta, resource.IsNamespaced, resource == ServedResource.Namespaces ? NameErrors.OfLabel : NameErrors.OfSubdomain);
        errors.AddRange(ObjectMetaValidation.ValidateKubeFinalizers(meta));
        var found = errors.ToImmutable();
        return found.IsEmpty ? null : ApiStatuses.Invalid(resource.Group, resource.Kind, meta.Name, found);
    }
}

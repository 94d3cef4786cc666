using AuthzSim.Rbac;

namespace AuthzSim.Writes;

/// <summary>What an update says of the stored object that it was made for (upstream: <c>k8s.io/apiserver/pkg/storage</c>).</summary>
internal static class WritePreconditions
{
    private const string Modified =
        "the object has been modified; please apply your changes to the latest version and try again";

    /// <summary>A uid in the body is a precondition; that of a stored object may be unknown here, and then it holds.</summary>
    public static ApiStatus? UidConflict(string apiGroup, string resource, ObjectMeta meta, ObjectMeta? old)
    {
        var (uid, stored) = (meta.Uid, old?.Uid ?? "");
        if (uid.Length == 0 || uid == stored || (old is not null && stored.Length == 0))
        {
            return null;
        }

        var key = $"/registry/{resource}/{(meta.Namespace.Length > 0 ? $"{meta.Namespace}/" : "")}{meta.Name}";
        return ApiStatuses.Conflict(
            apiGroup, resource, meta.Name,
            $"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            + $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored}");
    }

    /// <summary>The 409 of an update that was made for another version of the object, or null.</summary>
    public static ApiStatus? VersionConflict(string apiGroup, string resource, ObjectMeta meta, ObjectMeta old) =>
        meta.ResourceVersion is { Length: > 0 } sent && old.ResourceVersion is { Length: > 0 } stored && sent != stored
            ? ApiStatuses.Conflict(apiGroup, resource, meta.Name, Modified)
            : null;
}

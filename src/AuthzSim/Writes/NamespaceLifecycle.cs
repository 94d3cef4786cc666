using AuthzSim.Rbac;

namespace AuthzSim.Writes;

/// <summary>The one mutating admission plugin that matters here (upstream: <c>plugin/namespace/lifecycle</c>).</summary>
internal static class NamespaceLifecycle
{
    /// <summary>The failure of a write into a namespace that is not there, or where nothing may be created any more; else null.</summary>
    public static ApiStatus? Check(IRbacStorage stored, string apiGroup, string resource, ObjectMeta meta, bool isCreate)
    {
        if (!stored.HasNamespaces)
        {
            return null;
        }

        var name = meta.Namespace;
        if (stored.FindNamespace(name) is not { } @namespace)
        {
            return ApiStatuses.NotFound(apiGroup: "", "namespaces", name);
        }

        if (!isCreate || !@namespace.IsTerminating)
        {
            return null;
        }

        var status = ApiStatuses.Forbidden(
            apiGroup, resource, meta.Name.Length > 0 ? meta.Name : meta.GenerateName,
            $"unable to create new content in namespace {name} because it is being terminated");
        var cause = new StatusCause("NamespaceTerminating", $"namespace {name} is being terminated", "metadata.namespace");
        return status with { Details = status.Details! with { Causes = [cause] } };
    }
}

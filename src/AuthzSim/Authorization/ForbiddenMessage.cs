using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authorization;

/// <summary>
/// The texts of a 403 (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go</c> and
/// <c>NewForbidden</c> of <c>k8s.io/apimachinery/pkg/api/errors</c>).
/// </summary>
public static class ForbiddenMessage
{
    /// <summary>
    /// The message of the authorization filter: <c>pods "p" is forbidden: User "u" cannot get resource "pods" in API group ""
    /// in the namespace "ns": reason</c>. The core of it is HTML-escaped, the rest is not.
    /// </summary>
    /// <param name="attributes">The request that was not allowed.</param>
    /// <param name="reason">The authorizer's reason; <c>""</c> when it gave none.</param>
    public static string Of(in RequestAttributes attributes, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var core = Core(attributes)
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        return Prefix(attributes.ApiGroup, attributes.Resource, attributes.Name) + (reason.Length == 0 ? core : $"{core}: {reason}");
    }

    /// <summary>What every 403 starts with: <c>resource.group "name" is forbidden: </c>.</summary>
    /// <param name="apiGroup">The API group; <c>""</c> is the core group.</param>
    /// <param name="resource">The plural resource, <c>""</c> for a path.</param>
    /// <param name="name">The object's name, or <c>""</c>.</param>
    public static string Prefix(string apiGroup, string resource, string name)
    {
        ArgumentNullException.ThrowIfNull(apiGroup);
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(name);
        if (apiGroup.Length == 0 && resource.Length == 0)
        {
            return "forbidden: ";
        }

        var groupResource = apiGroup.Length == 0 ? resource : $"{resource}.{apiGroup}";
        return name.Length == 0 ? $"{groupResource} is forbidden: " : $"{groupResource} {GoText.Quote(name)} is forbidden: ";
    }

    private static string Core(in RequestAttributes attributes)
    {
        var user = GoText.Quote(attributes.User.Name);
        if (!attributes.IsResourceRequest)
        {
            return $"User {user} cannot {attributes.Verb} path {GoText.Quote(attributes.Path)}";
        }

        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var scope = attributes.Namespace.Length == 0
            ? "at the cluster scope"
            : $"in the namespace {GoText.Quote(attributes.Namespace)}";
        return $"User {user} cannot {attributes.Verb} resource {GoText.Quote(resource)} "
            + $"in API group {GoText.Quote(attributes.ApiGroup)} {scope}";
    }
}

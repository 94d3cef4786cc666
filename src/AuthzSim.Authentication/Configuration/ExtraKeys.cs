using AuthzSim.Rbac;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Keys of extra attributes (upstream: <c>validateClaimMappings</c> of <c>k8s.io/apiserver/pkg/apis/apiserver/validation</c>).
/// </summary>
internal static class ExtraKeys
{
    public static IEnumerable<FieldError> Validate(string key, string path)
    {
        foreach (var error in DomainPrefixedPath.Validate(path, key))
        {
            yield return error;
        }

        if (!key.Equals(key.ToLowerInvariant(), StringComparison.Ordinal))
        {
            yield return FieldErrors.Invalid(path, key, "must be lowercase");
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var domain = slash < 0 ? "" : key[..slash];
        if (domain is "k8s.io" or "kubernetes.io"
            || domain.EndsWith(".k8s.io", StringComparison.Ordinal) || domain.EndsWith(".kubernetes.io", StringComparison.Ordinal))
        {
            yield return FieldErrors.Invalid(
                path, key, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
        }
    }
}

using System.Text.RegularExpressions;
using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Configuration;

/// <summary>
/// Keys of extra attributes (upstream: <c>IsDomainPrefixedPath</c> of <c>k8s.io/apimachinery/pkg/util/validation</c> and
/// <c>validateClaimMappings</c>).
/// </summary>
internal static partial class ExtraKeys
{
    private const string PathFormat = @"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";

    public static IEnumerable<FieldError> Validate(string key, string path)
    {
        foreach (var error in OfPath(key, path))
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

    private static IEnumerable<FieldError> OfPath(string key, string path)
    {
        if (key.Length == 0)
        {
            return [FieldErrors.Required(path)];
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == key.Length - 1)
        {
            return [FieldErrors.Invalid(path, key, "must be a domain-prefixed path (such as \"acme.io/foo\")")];
        }

        var (host, rest) = (key[..slash], key[(slash + 1)..]);
        IEnumerable<FieldError> pathErrors = IsPath().IsMatch(rest)
            ? []
            : [FieldErrors.Invalid(path, rest, $"Invalid path (regex used for validation is '{PathFormat}')")];
        return FieldErrors.Invalid(path, host, NameErrors.OfSubdomain(host)).Concat(pathErrors);
    }

    [GeneratedRegex("^" + PathFormat + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsPath();
}

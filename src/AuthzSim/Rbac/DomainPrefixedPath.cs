using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Keys such as <c>acme.io/foo</c> (upstream: <c>IsDomainPrefixedPath</c> of <c>k8s.io/apimachinery/pkg/util/validation</c>).
/// </summary>
public static partial class DomainPrefixedPath
{
    private const string PathFormat = @"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";

    /// <summary>What is wrong with a key, in upstream's words; empty when nothing is.</summary>
    /// <param name="field">The path of the field it stands in.</param>
    /// <param name="key">The key.</param>
    public static ImmutableArray<FieldError> Validate(string field, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
        {
            return [FieldErrors.Required(field)];
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == key.Length - 1)
        {
            return [FieldErrors.Invalid(field, key, "must be a domain-prefixed path (such as \"acme.io/foo\")")];
        }

        var (host, path) = (key[..slash], key[(slash + 1)..]);
        return
        [
            .. NameErrors.OfSubdomain(host).Select(e => FieldErrors.Invalid(field, host, e)),
            .. Path().IsMatch(path)
                ? ImmutableArray<FieldError>.Empty
                : [FieldErrors.Invalid(field, path, $"Invalid path (regex used for validation is '{PathFormat}')")],
        ];
    }

    [GeneratedRegex("^" + PathFormat + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();
}

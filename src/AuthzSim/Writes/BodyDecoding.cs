using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Writes;

/// <summary>
/// The failures of decoding a body that are known from its kind, API version and fields (upstream:
/// <c>k8s.io/apiserver/pkg/endpoints/handlers/{create,update,rest}.go</c>).
/// </summary>
public static class BodyDecoding
{
    private const string Served = RbacNames.Group + "/v1";

    /// <summary>The versions the decoder knows, of which only v1 is served.</summary>
    private static readonly ImmutableArray<string> _known = [Served, RbacNames.Group + "/v1beta1", RbacNames.Group + "/v1alpha1"];

    /// <summary>The 400 for a body sent to a v1 endpoint of an RBAC kind, or null when it decodes.</summary>
    /// <param name="expectedKind">The kind the URL stands for.</param>
    /// <param name="kind">The body's kind; <c>""</c> is the expected one.</param>
    /// <param name="apiVersion">The body's API version; <c>""</c> is the served one.</param>
    /// <param name="strictErrors">
    /// With <c>fieldValidation=Strict</c>, what <see cref="UnknownField"/> and <see cref="DuplicateField"/> say of the body's
    /// fields, in the order met; otherwise empty.
    /// </param>
    public static ApiStatus? Check(string expectedKind, string kind, string apiVersion, params IEnumerable<string> strictErrors)
    {
        ArgumentNullException.ThrowIfNull(expectedKind);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(apiVersion);
        var bodyKind = kind.Length == 0 ? expectedKind : kind;
        var bodyVersion = apiVersion.Length == 0 ? Served : apiVersion;
        if (!_known.Contains(bodyVersion))
        {
            return CannotBeHandled(
                $"no kind {GoText.Quote(bodyKind)} is registered for version {GoText.Quote(bodyVersion)} "
                + "in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
        }

        var strict = string.Join(", ", strictErrors);
        if (strict.Length > 0)
        {
            return CannotBeHandled($"strict decoding error: {strict}");
        }

        return bodyVersion == Served
            ? null
            : ApiStatuses.BadRequest(
                $"the API version in the data ({bodyVersion}) does not match the expected API version ({Served})");

        ApiStatus CannotBeHandled(string error) => ApiStatuses.BadRequest(
            $"{bodyKind} in version {GoText.Quote(bodyVersion[(bodyVersion.IndexOf('/', StringComparison.Ordinal) + 1)..])} "
            + $"cannot be handled as a {expectedKind}: {error}");
    }

    /// <summary>What strict decoding says of a field the kind does not have.</summary>
    /// <param name="path">The field path, such as <c>rules[0].verb</c>.</param>
    public static string UnknownField(string path) => $"unknown field {GoText.Quote(path)}";

    /// <summary>What strict decoding says of a field that is there twice.</summary>
    /// <param name="path">The field path.</param>
    public static string DuplicateField(string path) => $"duplicate field {GoText.Quote(path)}";
}

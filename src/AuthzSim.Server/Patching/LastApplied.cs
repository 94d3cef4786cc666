using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// The configuration that kubectl applied from the client (upstream: <c>managedfields/internal/lastapplied*.go</c>), which
/// server-side apply by kubectl takes over and keeps up.
/// </summary>
internal static class LastApplied
{
    public const string Manager = "kubectl";
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const int MaxAnnotationBytes = 256 * 1024;

    /// <summary>The annotation, or null when there is none.</summary>
    public static string? Of(JsonObject value) => PatchJson.Text(Annotations(value)?[Annotation]) is { Length: > 0 } text ? text : null;

    /// <summary>The configuration, or null when it is none of the version.</summary>
    public static JsonObject? Parse(string text, string apiVersion)
    {
        try
        {
            return PatchJson.Parse(Encoding.UTF8.GetBytes(text)) is JsonObject last && PatchJson.Text(last["apiVersion"]) == apiVersion
                ? last
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a configuration into the annotation, or takes that away when annotations become too large.</summary>
    public static void Set(JsonObject value, JsonObject configuration)
    {
        var copy = configuration.DeepClone().AsObject();
        Annotations(copy)?.Remove(Annotation);
        var annotations = Annotations(value)!;
        annotations[Annotation] = PatchJson.Compact(copy) + "\n";
        var size = annotations.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(PatchJson.Text(a.Value) ?? ""));
        if (size > MaxAnnotationBytes)
        {
            annotations.Remove(Annotation);
        }
    }

    private static JsonObject? Annotations(JsonObject value) =>
        (value[ManagedFields.Metadata] as JsonObject)?["annotations"] as JsonObject;
}

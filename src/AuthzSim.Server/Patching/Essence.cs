using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// What a write must change to be one (upstream: <c>k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager/equality.go</c>): times of
/// managedFields do not count, and empty is as good as absent.
/// </summary>
internal static class Essence
{
    public static JsonNode Of(JsonObject value)
    {
        var copy = value.DeepClone().AsObject();
        if (copy[ManagedFields.Metadata] is JsonObject metadata && metadata[ManagedFields.Name] is JsonArray entries)
        {
            // Fields of a set are empty objects, so the sets are compared as text.
            metadata[ManagedFields.Name] = new JsonArray([.. entries.Select(Untimed).Order(StringComparer.Ordinal).Select(t => JsonValue.Create(t))]);
        }

        return WithoutEmpty(copy) ?? new JsonObject();
    }

    private static string Untimed(JsonNode? entry)
    {
        var copy = entry?.DeepClone();
        (copy as JsonObject)?.Remove("time");
        return PatchJson.Compact(copy);
    }

    private static JsonNode? WithoutEmpty(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                var kept = fields.Select(f => KeyValuePair.Create(f.Key, WithoutEmpty(f.Value))).Where(f => f.Value is not null);
                var copy = new JsonObject(kept);
                return copy.Count == 0 ? null : copy;
            case JsonArray { Count: 0 } or null:
                return null;
            case JsonArray items:
                return new JsonArray([.. items.Select(i => WithoutEmpty(i) ?? new JsonObject())]);
            default:
                return value.DeepClone();
        }
    }
}

using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// JSON merge patch (RFC 7396; upstream: <c>github.com/evanphx/json-patch</c>, which takes nulls out of objects in arrays too
/// where an array is new).
/// </summary>
internal static class MergePatch
{
    /// <summary>Merges a patch into a copy of the document.</summary>
    /// <exception cref="PatchFailureException">The patch is no object.</exception>
    public static JsonObject Apply(JsonObject document, JsonNode? patch)
    {
        switch (patch)
        {
            case JsonObject fields:
                var merged = document.DeepClone().AsObject();
                Merge(merged, fields);
                return merged;
            case null:
                throw PatchFailures.BadRequest("Invalid JSON Patch");
            default:
                throw PatchFailures.BadRequest(
                    $"error decoding patch: json: cannot unmarshal {PatchJson.TypeName(patch)} into Go value of type map[string]interface {{}}");
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value, target[name])
            {
                case (null, _): target.Remove(name); break;
                case (JsonObject fields, JsonObject current): Merge(current, fields); break;
                case (_, JsonObject): target[name] = value.DeepClone(); break;
                default: target[name] = WithoutNulls(value); break;
            }
        }
    }

    private static JsonNode? WithoutNulls(JsonNode? value) => value switch
    {
        JsonObject fields => new JsonObject(
            fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, WithoutNulls(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNulls)]),
        null => null,
        _ => value.DeepClone(),
    };
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>An object that its schema does not allow; caught in <see cref="ManagedFields"/> and <see cref="ServerSideApply"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in one way")]
[SuppressMessage("Design", "CA1064", Justification = "always caught inside this assembly")]
internal sealed class FieldSchemaException(FieldPath path, string problem) : Exception($"{path}: {problem}");

/// <summary>The items of sets and keyed lists, by path element.</summary>
internal static class FieldItems
{
    /// <summary>The items with their path elements, in order.</summary>
    /// <exception cref="FieldSchemaException">An item has no key.</exception>
    public static List<(string Element, JsonNode? Value)> Of(JsonArray? list, FieldSchema schema, FieldPath path) =>
        [.. (list ?? []).Select((item, index) => (ElementOf(item, schema, path, index), item))];

    private static string ElementOf(JsonNode? item, FieldSchema schema, FieldPath path, int index)
    {
        if (schema.Shape == FieldShape.Set)
        {
            return item is JsonValue
                ? FieldPath.Value + PatchJson.Compact(item)
                : throw new FieldSchemaException(path, $"element {index}: associative list without keys has an element that's not a scalar");
        }

        var fields = item as JsonObject
            ?? throw new FieldSchemaException(path, $"element {index}: associative list with keys may not have non-map elements");
        return fields[schema.Key] is JsonValue key
            ? FieldPath.Key + PatchJson.Compact(new JsonObject { [schema.Key] = key.DeepClone() })
            : throw new FieldSchemaException(
                path, $"element {index}: associative list with keys has an element that omits key field \"{schema.Key}\" (and doesn't have default value)");
    }
}

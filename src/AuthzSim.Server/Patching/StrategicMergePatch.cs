using System.Text.Json.Nodes;
using AuthzSim.Text;

namespace AuthzSim.Server.Patching;

/// <summary>Strategic merge patch (upstream: <c>k8s.io/apimachinery/pkg/util/strategicpatch</c>).</summary>
internal static class StrategicMergePatch
{
    public const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFromPrimitiveList = "$deleteFromPrimitiveList";
    private const string SetElementOrder = "$setElementOrder";
    private const string BadRetainKeys = "invalid patch format of retainKeys";
    private const string BadPrimitiveList = "invalid patch format of primitive list";
    private const string BadElementOrder = "invalid patch format of setElementOrder list";

    /// <summary>Merges a patch into a copy of the document.</summary>
    /// <exception cref="PatchFailureException">The patch is no object, or its directives are not understood.</exception>
    public static JsonObject Apply(JsonObject document, JsonNode? patch, FieldSchema schema)
    {
        if (patch is not (null or JsonObject))
        {
            throw PatchFailures.BadRequest(
                $"json: cannot unmarshal {PatchJson.TypeName(patch)} into Go value of type map[string]interface {{}}");
        }

        return Merge(document.DeepClone().AsObject(), patch?.DeepClone().AsObject() ?? [], schema);
    }

    /// <summary>Merges a patch, which is used up, into an object, which is changed or replaced.</summary>
    public static JsonObject Merge(JsonObject original, JsonObject patch, FieldSchema? schema)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            patch.Remove(Directive);
            return PatchJson.Text(directive) switch
            {
                "replace" => patch,
                "delete" => [],
                _ => throw UnknownDirective(directive, patch),
            };
        }

        Retain(original, patch);
        foreach (var key in patch.Select(f => f.Key).Where(k => k.StartsWith(SetElementOrder, StringComparison.Ordinal)).ToList())
        {
            SetOrder(original, patch, key, schema);
        }

        foreach (var (key, value) in patch.ToList())
        {
            patch.Remove(key);
            if (key.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal))
            {
                MergeField(original, FieldOf(key, DeleteFromPrimitiveList, BadPrimitiveList), value, schema, isDeleteList: true);
            }
            else
            {
                MergeField(original, key, value, schema, isDeleteList: false);
            }
        }

        return original;
    }

    public static PatchFailureException UnknownDirective(JsonNode? directive, JsonObject patch)
    {
        patch[Directive] = directive?.DeepClone();
        var shown = PatchJson.Text(directive) ?? $"%!s({GoPrint.Text(directive)})";
        return PatchFailures.Plain($"unknown patch type: {shown} in map: {GoPrint.Text(patch)}");
    }

    private static void MergeField(JsonObject original, string key, JsonNode? value, FieldSchema? schema, bool isDeleteList)
    {
        var field = schema?.Below(FieldPath.Field + key);
        switch (original[key], value)
        {
            case (_, null):
                original.Remove(key);
                break;
            case (JsonObject fields, JsonObject changes):
                var merged = Merge(fields, changes, field);
                if (!ReferenceEquals(merged, fields))
                {
                    original[key] = merged;
                }

                break;
            case (JsonArray items, JsonArray changes) when isDeleteList || field?.Shape is FieldShape.Set or FieldShape.KeyedList:
                original[key] = StrategicList.Merge(items, changes, field ?? FieldSchema.Whole, isDeleteList);
                break;
            case (JsonArray, JsonArray changes):
                original[key] = changes.DeepClone();
                break;
            case var _ when isDeleteList:
                break;
            case (JsonValue a, JsonValue b) when a.GetValueKind() == b.GetValueKind():
                original[key] = value;
                break;
            default:
                SetOrRemove(original, key, WithoutDirectives(WithoutNulls(value)));
                break;
        }
    }

    private static void SetOrRemove(JsonObject original, string key, JsonNode? value)
    {
        original.Remove(key);
        if (value is not null)
        {
            original[key] = value;
        }
    }

    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var retained))
        {
            return;
        }

        patch.Remove(RetainKeys);
        var keys = (retained as JsonArray ?? throw PatchFailures.BadRequest(BadRetainKeys))
            .Select(PatchJson.Text).OfType<string>().ToHashSet();
        if (patch.Any(f => f.Value is not null && !keys.Contains(f.Key)
            && !f.Key.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal)
            && !f.Key.StartsWith(SetElementOrder, StringComparison.Ordinal)))
        {
            throw PatchFailures.BadRequest(BadRetainKeys);
        }

        foreach (var key in original.Select(f => f.Key).Where(k => !keys.Contains(k)).ToList())
        {
            original.Remove(key);
        }
    }

    private static void SetOrder(JsonObject original, JsonObject patch, string directive, FieldSchema? schema)
    {
        var order = patch[directive] as JsonArray ?? throw NoList(patch[directive]);
        patch.Remove(directive);
        var key = FieldOf(directive, SetElementOrder, BadElementOrder);
        var (live, changes) = (ListOf(original, key), ListOf(patch, key));
        if (schema is { Shape: FieldShape.Struct } && !schema.Fields.ContainsKey(key))
        {
            throw PatchFailures.Plain(
                $"unable to find api field in struct {schema.TypeName} for the json field {GoText.Quote(key)}");
        }

        var field = schema?.Below(FieldPath.Field + key) ?? FieldSchema.Whole;
        StrategicList.CheckOrder(changes ?? [], order, field.Key);
        JsonArray? merged = (live, changes) switch
        {
            (null, null) => null,
            (not null, null) => live,
            (null, not null) => WithoutDirectives(changes)!.AsArray(),
            _ when field.Shape is FieldShape.Set or FieldShape.KeyedList => StrategicList.Merge(live, changes, field, isDeleteList: false),
            _ => changes,
        };
        patch.Remove(key);
        if (merged is not null)
        {
            StrategicList.HoldObjects(live ?? [], changes ?? []);
            original[key] = StrategicList.Ordered(merged, order, live ?? [], field.Key);
        }
    }

    private static JsonArray? ListOf(JsonObject fields, string key) => !fields.TryGetPropertyValue(key, out var value)
        ? null
        : value as JsonArray ?? throw NoList(value);

    private static PatchFailureException NoList(JsonNode? value) =>
        PatchFailures.Plain($"expected a []interface {{}}, but received a {GoPrint.TypeName(value)}");

    private static string FieldOf(string key, string prefix, string failure) =>
        key.Length > prefix.Length && key[prefix.Length] == '/'
            ? key[(prefix.Length + 1)..]
            : throw PatchFailures.BadRequest(failure);

    private static JsonNode? WithoutNulls(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                foreach (var (key, inner) in fields.ToList())
                {
                    if (WithoutNulls(inner) is null)
                    {
                        fields.Remove(key);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    WithoutNulls(item);
                }

                break;
        }

        return value;
    }

    /// <summary>A new value without the objects that hold a directive; null when it is one itself.</summary>
    private static JsonNode? WithoutDirectives(JsonNode? value) => value switch
    {
        JsonObject fields when fields.ContainsKey(Directive) => null,
        JsonObject fields => new JsonObject(fields
            .Where(f => f.Value is not JsonObject inner || !inner.ContainsKey(Directive))
            .Select(f => KeyValuePair.Create(f.Key, WithoutDirectives(f.Value)))),
        JsonArray items => new JsonArray(
            [.. items.Where(i => i is not JsonObject inner || !inner.ContainsKey(Directive)).Select(WithoutDirectives)]),
        null => null,
        _ => value.DeepClone(),
    };
}

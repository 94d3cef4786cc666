using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>Merging of a configuration into an object, and taking fields out (upstream: <c>typed/{merge,remove}.go</c>).</summary>
internal static class FieldMerge
{
    /// <summary>The live object with the fields of a configuration. Nulls of the configuration unset fields.</summary>
    /// <exception cref="FieldSchemaException">A list of the configuration has an item twice.</exception>
    public static JsonNode? Merge(JsonNode? live, JsonNode? configuration, FieldSchema schema, FieldPath path)
    {
        switch (schema.Shape)
        {
            case FieldShape.Whole:
                return (configuration ?? live)?.DeepClone();
            case FieldShape.Set or FieldShape.KeyedList:
                var (x, y) = (FieldSets.ListOf(live, path), FieldSets.ListOf(configuration, path));
                return (x ?? y) is null ? null : MergeItems(x, y, schema, path);
        }

        var (before, changes) = (FieldSets.MapOf(live, path), FieldSets.MapOf(configuration, path));
        if ((before ?? changes) is null)
        {
            return null;
        }

        var merged = new JsonObject();
        foreach (var name in (before ?? []).Select(f => f.Key).Union((changes ?? []).Select(f => f.Key)))
        {
            var field = path.ToField(name);
            var inner = schema.Below(field.Element) ?? FieldSchema.Whole;
            var isUnset = inner.Shape == FieldShape.Whole && changes?.ContainsKey(name) == true && changes[name] is null;
            if (!isUnset && Merge(before?[name], changes?[name], inner, field) is { } value)
            {
                merged[name] = value;
            }
        }

        return merged;
    }

    /// <summary>The object without some fields; null when nothing is left of what had something.</summary>
    public static JsonNode? Remove(JsonNode? value, ImmutableHashSet<FieldPath> removed, FieldSchema schema, FieldPath path)
    {
        switch (schema.Shape, value)
        {
            case (FieldShape.Set or FieldShape.KeyedList, JsonArray { Count: > 0 } list):
                var kept = new JsonArray(
                [
                    .. FieldItems.Of(list, schema, path).Where(i => !removed.Contains(path.To(i.Element)))
                        .Select(i => Remove(i.Value, removed, schema.Element!, path.To(i.Element))),
                ]);
                return kept.Count == 0 ? null : kept;
            case (FieldShape.Struct or FieldShape.Map, JsonObject { Count: > 0 } fields):
                var left = new JsonObject();
                foreach (var (name, inner) in fields)
                {
                    var field = path.ToField(name);
                    if (!removed.Contains(field)
                        && Remove(inner, removed, schema.Below(field.Element) ?? FieldSchema.Whole, field) is { } rest)
                    {
                        left[name] = rest;
                    }
                }

                return left.Count == 0 ? null : left;
            default:
                return value?.DeepClone();
        }
    }

    private static JsonArray MergeItems(JsonArray? live, JsonArray? configuration, FieldSchema schema, FieldPath path)
    {
        var (left, right) = (FieldItems.Of(live, schema, path), FieldItems.Of(configuration, schema, path));
        var inLeft = left.ToLookup(i => i.Element, i => i.Value);
        var inRight = new Dictionary<string, JsonNode?>();
        foreach (var (element, value) in right)
        {
            if (!inRight.TryAdd(element, value))
            {
                throw new FieldSchemaException(path, $"duplicate entries for key {path.To(element).ToString()[path.ToString().Length..]}");
            }
        }

        // The shared items come in the configuration's order; those of the live object alone stay before the next shared one.
        var shared = new Queue<string>(right.Select(i => i.Element).Where(inLeft.Contains));
        var (merged, done) = (new JsonArray(), new HashSet<string>());
        for (var (l, r) = (0, 0); l < left.Count || r < right.Count;)
        {
            var element = l < left.Count ? left[l].Element : null;
            if (element is not null && !inRight.ContainsKey(element))
            {
                merged.Add(left[l++].Value?.DeepClone());
            }
            else if (element is not null && (done.Contains(element)
                || (r < right.Count && shared.TryPeek(out var next) && next != element)))
            {
                l++;
            }
            else
            {
                Take(right[r++]);
            }
        }

        return merged;

        void Take((string Element, JsonNode? Value) item)
        {
            done.Add(item.Element);
            if (shared.TryPeek(out var next) && next == item.Element)
            {
                shared.Dequeue();
            }

            var before = inLeft[item.Element].ToList();
            merged.Add(Merge(before.Count == 1 ? before[0] : null, item.Value, schema.Element!, path.To(item.Element)));
        }
    }
}

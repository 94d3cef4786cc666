using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>Lists whose items strategic merge patch merges one by one.</summary>
internal static class StrategicList
{
    /// <summary>The list with the items of the patch, in the order of the patch where it has one.</summary>
    public static JsonArray Merge(JsonArray original, JsonArray patch, FieldSchema schema, bool isDeleteList)
    {
        if (original.Count == 0 && patch.Count == 0)
        {
            return [];
        }

        if (!HoldObjects(original, patch))
        {
            var named = patch.Select(Identity).ToHashSet();
            return isDeleteList
                ? Copy(original.Where(i => !named.Contains(Identity(i))))
                : Ordered(Copy(original.Concat(patch).DistinctBy(Identity)), patch, original, "");
        }

        if (schema.Key.Length == 0)
        {
            throw PatchFailures.Plain("cannot merge lists without merge key for struct");
        }

        var (kept, changes) = WithoutDirectives(original, patch, schema.Key);
        return Ordered(MergeObjects(kept, changes, schema), changes, kept, schema.Key);
    }

    /// <summary>Fails unless the items of a patch come in the order that a directive gives.</summary>
    public static void CheckOrder(JsonArray patch, JsonArray order, string key)
    {
        if (order.Count == 0 || patch.Count == 0)
        {
            return;
        }

        var position = 0;
        foreach (var item in patch.Where(i => i is not JsonObject fields || !fields.ContainsKey(StrategicMergePatch.Directive)))
        {
            var identity = IdentityOf(item, key);
            while (position < order.Count && IdentityOf(order[position], key) != identity)
            {
                position++;
            }

            if (position++ >= order.Count)
            {
                throw PatchFailures.Plain(
                    $"The order in patch list:\n{GoPrint.Text(patch)}\n doesn't match $setElementOrder list:\n{GoPrint.Text(order)}\n");
            }
        }
    }

    /// <summary>A copy with the items of the patch in their order, and the others where they were as far as that goes.</summary>
    public static JsonArray Ordered(JsonArray merged, JsonArray patchOrder, JsonArray serverOrder, string key)
    {
        var inPatch = Positions(patchOrder, key);
        var inServer = Positions(serverOrder, key);
        var items = merged.Select(i => (Item: i, Identity: IdentityOf(i, key))).ToList();
        var patched = items.Where(i => inPatch.ContainsKey(i.Identity)).OrderBy(i => inPatch[i.Identity]).ToList();
        var others = items.Where(i => !inPatch.ContainsKey(i.Identity))
            .OrderBy(i => inServer.GetValueOrDefault(i.Identity, int.MaxValue)).ToList();
        var ordered = new List<JsonNode?>(items.Count);
        var (left, right) = (0, 0);
        while (left < others.Count || right < patched.Count)
        {
            var takeLeft = right == patched.Count || (left < others.Count
                && inServer.TryGetValue(others[left].Identity, out var l)
                && inServer.TryGetValue(patched[right].Identity, out var r) && l < r);
            ordered.Add(takeLeft ? others[left++].Item : patched[right++].Item);
        }

        return Copy(ordered);
    }

    /// <summary>Fails unless all items of the lists are of one type; says whether they are objects.</summary>
    public static bool HoldObjects(params ReadOnlySpan<JsonArray> lists)
    {
        JsonNode? first = null;
        foreach (var item in lists.ToArray().SelectMany(l => l))
        {
            if (first is null && item is JsonArray)
            {
                // Lists of lists are not supported.
                throw PatchFailures.Unprocessable();
            }

            first ??= item;
            if (item is null || GoPrint.TypeName(item) != GoPrint.TypeName(first))
            {
                throw PatchFailures.Plain(
                    $"list element types are not identical: [{string.Join(' ', lists.ToArray().Select(GoPrint.Text))}]");
            }
        }

        return first is null ? throw PatchFailures.Plain("no elements in any of the given slices") : first is JsonObject;
    }

    private static (JsonArray Kept, JsonArray Changes) WithoutDirectives(JsonArray original, JsonArray patch, string key)
    {
        var (replaced, deleted, changes) = (false, new HashSet<string>(), new JsonArray());
        foreach (var item in patch.Select(i => i!.AsObject()))
        {
            if (!item.TryGetPropertyValue(StrategicMergePatch.Directive, out var directive))
            {
                changes.Add((JsonNode)item.DeepClone());
                continue;
            }

            switch (PatchJson.Text(directive))
            {
                case "delete": deleted.Add(IdentityOf(item, key)); break;
                case "replace": replaced = true; break;
                case "merge": throw PatchFailures.Plain("merging lists cannot yet be specified in the patch");
                default: throw StrategicMergePatch.UnknownDirective(directive, item);
            }
        }

        return replaced
            ? (changes, [])
            : (Copy(original.Where(i => i is not JsonObject o || !o.ContainsKey(key) || !deleted.Contains(IdentityOf(o, key)))), changes);
    }

    private static JsonArray MergeObjects(JsonArray original, JsonArray changes, FieldSchema schema)
    {
        var merged = original.Select(i => i!.DeepClone().AsObject()).ToList();
        var positions = new Dictionary<string, int>();
        for (var i = 0; i < merged.Count; i++)
        {
            if (merged[i].TryGetPropertyValue(schema.Key, out var value))
            {
                positions.TryAdd(Identity(value), i);
            }
        }

        foreach (var change in changes.Select(c => c!.DeepClone().AsObject()))
        {
            var identity = IdentityOf(change, schema.Key);
            if (positions.TryGetValue(identity, out var at))
            {
                merged[at] = StrategicMergePatch.Merge(merged[at], change, schema.Element);
            }
            else
            {
                positions[identity] = merged.Count;
                merged.Add(change);
            }
        }

        return Copy(merged);
    }

    private static Dictionary<string, int> Positions(JsonArray order, string key)
    {
        var positions = new Dictionary<string, int>();
        for (var i = 0; i < order.Count; i++)
        {
            positions.TryAdd(IdentityOf(order[i], key), i);
        }

        return positions;
    }

    private static string IdentityOf(JsonNode? item, string key)
    {
        if (key.Length == 0)
        {
            return Identity(item);
        }

        var fields = item as JsonObject ?? throw PatchFailures.Plain(
            $"expected a map[string]interface {{}}, but received a {GoPrint.TypeName(item)}");
        return fields.TryGetPropertyValue(key, out var value)
            ? Identity(value)
            : throw PatchFailures.Plain($"map: {GoPrint.Text(fields)} does not contain declared merge key: {key}");
    }

    private static string Identity(JsonNode? value) => PatchJson.Compact(value);

    private static JsonArray Copy(IEnumerable<JsonNode?> items) => new([.. items.Select(i => i?.DeepClone())]);
}

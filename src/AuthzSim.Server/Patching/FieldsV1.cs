using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Text;

namespace AuthzSim.Server.Patching;

/// <summary>Sets of fields as objects hold them (upstream: <c>structured-merge-diff/fieldpath/serialize.go</c>).</summary>
internal static class FieldsV1
{
    private const string Itself = ".";

    /// <summary>The set as nested keys, sorted.</summary>
    public static JsonObject Encode(ImmutableHashSet<FieldPath> set)
    {
        var root = new JsonObject();
        foreach (var path in set.Order(Comparer<FieldPath>.Create(CompareElements)))
        {
            var node = root;
            var elements = path.Elements();
            for (var i = 0; i < elements.Count; i++)
            {
                if (node[elements[i]] is not JsonObject next)
                {
                    node[elements[i]] = next = [];
                }
                else if (next.Count == 0)
                {
                    // It is there as a field of its own and gets fields below.
                    next[Itself] = new JsonObject();
                }

                node = next;
            }
        }

        return root;
    }

    /// <summary>The set, or null when the keys are none.</summary>
    public static ImmutableHashSet<FieldPath>? Decode(JsonNode? fields)
    {
        var set = ImmutableHashSet.CreateBuilder<FieldPath>();
        return fields is null || (fields is JsonObject keys && Decode(keys, FieldPath.Root, set)) ? set.ToImmutable() : null;
    }

    private static bool Decode(JsonObject keys, FieldPath path, ImmutableHashSet<FieldPath>.Builder set)
    {
        foreach (var (key, value) in keys)
        {
            if (value is not JsonObject inner)
            {
                return false;
            }

            if (key == Itself)
            {
                set.Add(path);
                continue;
            }

            if (key.Length < 2 || key[1] != ':')
            {
                return false;
            }

            if (key[0] is not ('f' or 'k' or 'v' or 'i'))
            {
                // A later version may know what this is.
                continue;
            }

            if (ElementOf(key) is not { } element)
            {
                return false;
            }

            var child = path.To(element);
            if (inner.Count == 0)
            {
                set.Add(child);
            }
            else if (!Decode(inner, child, set))
            {
                return false;
            }
        }

        return true;
    }

    private static string? ElementOf(string key)
    {
        if (key[0] is not ('k' or 'v'))
        {
            return key;
        }

        try
        {
            var value = PatchJson.Parse(Encoding.UTF8.GetBytes(key[2..]));
            return key[0] == 'v' || value is JsonObject { Count: > 0 } ? key[..2] + PatchJson.Compact(value) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int CompareElements(FieldPath a, FieldPath b)
    {
        var (x, y) = (a.Elements(), b.Elements());
        for (var i = 0; i < x.Count && i < y.Count; i++)
        {
            if (GoText.CompareBytes(x[i], y[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return x.Count.CompareTo(y.Count);
    }
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>
/// The fields that tell two objects apart (upstream: <c>structured-merge-diff/typed/compare.go</c>). Null is as good as absent,
/// and fields that are not declared do not count.
/// </summary>
internal sealed class FieldComparison
{
    private readonly ImmutableHashSet<FieldPath>.Builder _added = ImmutableHashSet.CreateBuilder<FieldPath>();
    private readonly ImmutableHashSet<FieldPath>.Builder _modified = ImmutableHashSet.CreateBuilder<FieldPath>();
    private readonly ImmutableHashSet<FieldPath>.Builder _removed = ImmutableHashSet.CreateBuilder<FieldPath>();

    /// <exception cref="FieldSchemaException">An object is not as its schema says.</exception>
    public FieldComparison(JsonObject before, JsonObject after, FieldSchema schema, Func<FieldPath, bool>? isIgnored = null)
    {
        Compare(before, after, schema, FieldPath.Root);
        Removed = Without(_removed);
        Changed = Without(_added).Union(Without(_modified));

        ImmutableHashSet<FieldPath> Without(ImmutableHashSet<FieldPath>.Builder set) =>
            isIgnored is null ? set.ToImmutable() : [.. set.Where(p => !isIgnored(p))];
    }

    /// <summary>Fields that the first object alone has.</summary>
    public ImmutableHashSet<FieldPath> Removed { get; }

    /// <summary>Fields that the second object alone has, or has otherwise.</summary>
    public ImmutableHashSet<FieldPath> Changed { get; }

    private void Compare(JsonNode? before, JsonNode? after, FieldSchema schema, FieldPath path)
    {
        if (before is null && after is null)
        {
            return;
        }

        if (schema.Shape == FieldShape.Whole || (IsEmpty(before) && IsEmpty(after)))
        {
            CompareWhole(before, after, path);
            return;
        }

        if (schema.Shape is FieldShape.Set or FieldShape.KeyedList)
        {
            CompareItems(FieldSets.ListOf(before, path), FieldSets.ListOf(after, path), schema, path);
        }
        else
        {
            var (x, y) = (FieldSets.MapOf(before, path), FieldSets.MapOf(after, path));
            foreach (var name in (x ?? []).Select(f => f.Key).Union((y ?? []).Select(f => f.Key)))
            {
                var field = path.ToField(name);
                if (schema.Below(field.Element) is { } below)
                {
                    Compare(x?[name], y?[name], below, field);
                }
            }
        }

        if (before is null)
        {
            _added.Add(path);
        }
        else if (after is null)
        {
            _removed.Add(path);
        }
    }

    private void CompareWhole(JsonNode? before, JsonNode? after, FieldPath path)
    {
        if (before is null)
        {
            _added.Add(path);
        }
        else if (after is null)
        {
            _removed.Add(path);
        }
        else if (!JsonNode.DeepEquals(before, after))
        {
            _modified.Add(path);
        }
    }

    private void CompareItems(JsonArray? before, JsonArray? after, FieldSchema schema, FieldPath path)
    {
        var x = FieldItems.Of(before, schema, path).ToLookup(i => i.Element, i => i.Value);
        var y = FieldItems.Of(after, schema, path).ToLookup(i => i.Element, i => i.Value);
        foreach (var element in x.Select(i => i.Key).Union(y.Select(i => i.Key)))
        {
            var (item, mine, others) = (path.To(element), x[element].ToList(), y[element].ToList());
            switch (mine.Count > 1, others.Count > 1)
            {
                case (false, false):
                    Compare(mine.FirstOrDefault(), others.FirstOrDefault(), schema.Element!, item);
                    break;
                case (true, true):
                    if (!mine.SequenceEqual(others, EqualityComparer<JsonNode?>.Create(JsonNode.DeepEquals)))
                    {
                        _modified.Add(item);
                    }

                    break;
                case (true, false):
                    Compare(null, others.FirstOrDefault(), schema.Element!, item);
                    _added.Remove(item);
                    _removed.Add(item);
                    break;
                default:
                    Compare(mine.FirstOrDefault(), null, schema.Element!, item);
                    _removed.Remove(item);
                    _added.Add(item);
                    break;
            }
        }
    }

    private static bool IsEmpty(JsonNode? value) => value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
}

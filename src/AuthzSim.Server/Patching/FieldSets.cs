using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>Sets of fields (upstream: <c>structured-merge-diff/fieldpath.Set</c>, <c>typed/tofieldset.go</c>).</summary>
internal static class FieldSets
{
    public static ImmutableHashSet<FieldPath> Empty { get; } = [];

    /// <summary>The fields that an object sets, as far as they are declared.</summary>
    /// <exception cref="FieldSchemaException">The object is not as its schema says.</exception>
    public static ImmutableHashSet<FieldPath> Of(JsonObject value, FieldSchema schema)
    {
        var fields = ImmutableHashSet.CreateBuilder<FieldPath>();
        Walk(value, schema, FieldPath.Root, fields);
        return fields.ToImmutable();
    }

    /// <summary>Fails on a field that is not declared.</summary>
    /// <exception cref="FieldSchemaException">There is one.</exception>
    public static void CheckDeclared(JsonNode? value, FieldSchema schema, FieldPath path)
    {
        foreach (var (name, inner) in value as JsonObject ?? [])
        {
            var field = path.ToField(name);
            if (schema.Shape is FieldShape.Struct)
            {
                CheckDeclared(
                    inner, schema.Below(field.Element) ?? throw new FieldSchemaException(field, "field not declared in schema"), field);
            }
        }
    }

    /// <summary>With the declared fields that lead to the others (upstream: <c>EnsureNamedFieldsAreMembers</c>).</summary>
    public static ImmutableHashSet<FieldPath> WithNamedFields(ImmutableHashSet<FieldPath> set, FieldSchema schema)
    {
        var fields = set.ToBuilder();
        foreach (var path in set)
        {
            for (var parent = path.Parent; parent?.Parent is { } above; parent = above)
            {
                if (SchemaOf(above, schema) is { Shape: FieldShape.Struct } named && named.Below(parent.Element) is not null)
                {
                    fields.Add(parent);
                }
            }
        }

        return fields.ToImmutable();
    }

    private static FieldSchema? SchemaOf(FieldPath path, FieldSchema root) =>
        path.Elements().Aggregate((FieldSchema?)root, (schema, element) => schema?.Below(element));

    private static void Walk(JsonNode? value, FieldSchema schema, FieldPath path, ImmutableHashSet<FieldPath>.Builder fields)
    {
        switch (schema.Shape)
        {
            case FieldShape.Whole:
                fields.Add(path);
                break;
            case FieldShape.Set or FieldShape.KeyedList:
                foreach (var items in FieldItems.Of(ListOf(value, path), schema, path).GroupBy(i => i.Element))
                {
                    var item = path.To(items.Key);
                    fields.Add(item);
                    if (!items.Skip(1).Any())
                    {
                        Walk(items.First().Value, schema.Element!, item, fields);
                    }
                }

                break;
            default:
                WalkFields(value, schema, path, fields);
                break;
        }
    }

    private static void WalkFields(JsonNode? value, FieldSchema schema, FieldPath path, ImmutableHashSet<FieldPath>.Builder fields)
    {
        foreach (var (name, inner) in MapOf(value, path) ?? [])
        {
            var field = path.ToField(name);
            if (schema.Below(field.Element) is not { } below)
            {
                continue;
            }

            Walk(inner, below, field, fields);
            if (schema.Shape == FieldShape.Map || inner is null or JsonObject { Count: 0 })
            {
                fields.Add(field);
            }
        }
    }

    public static JsonObject? MapOf(JsonNode? value, FieldPath path) => value is null or JsonObject
        ? value as JsonObject
        : throw new FieldSchemaException(path, $"expected map, got &{{{GoPrint.Text(value)}}}");

    public static JsonArray? ListOf(JsonNode? value, FieldPath path) => value is null or JsonArray
        ? value as JsonArray
        : throw new FieldSchemaException(path, $"expected list, got &{{{GoPrint.Text(value)}}}");
}

using System.Collections.Frozen;

namespace AuthzSim.Server.Patching;

/// <summary>How a value is made up, as far as its parts can be owned or merged one by one.</summary>
internal enum FieldShape
{
    /// <summary>A scalar, or a list that is replaced and owned as a whole.</summary>
    Whole,

    /// <summary>An object of declared fields.</summary>
    Struct,

    /// <summary>An object of any keys.</summary>
    Map,

    /// <summary>A list of scalars that is merged by its values.</summary>
    Set,

    /// <summary>A list of objects that is merged by one of their fields.</summary>
    KeyedList,
}

/// <summary>
/// How a field is owned and merged (upstream: the struct tags <c>patchStrategy</c>, <c>patchMergeKey</c>, <c>listType</c>,
/// <c>structType</c> of <c>k8s.io/api</c>).
/// </summary>
internal sealed record FieldSchema
{
    public static FieldSchema Whole { get; } = new() { Shape = FieldShape.Whole };

    public static FieldSchema Map { get; } = new() { Shape = FieldShape.Map, Element = Whole };

    public static FieldSchema Set { get; } = new() { Shape = FieldShape.Set, Element = Whole };

    public required FieldShape Shape { get; init; }

    /// <summary>The Go name of a struct.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>The fields of a struct.</summary>
    public FrozenDictionary<string, FieldSchema> Fields { get; init; } = FrozenDictionary<string, FieldSchema>.Empty;

    /// <summary>What a map or a list is made of.</summary>
    public FieldSchema? Element { get; init; }

    /// <summary>The field that tells the items of a keyed list apart.</summary>
    public string Key { get; init; } = "";

    public static FieldSchema Struct(string typeName, params IEnumerable<(string Name, FieldSchema Schema)> fields) =>
        new() { Shape = FieldShape.Struct, TypeName = typeName, Fields = fields.ToFrozenDictionary(f => f.Name, f => f.Schema) };

    public static FieldSchema KeyedList(string key, FieldSchema element) =>
        new() { Shape = FieldShape.KeyedList, Key = key, Element = element };

    /// <summary>The schema below a path element, or null when there is none.</summary>
    public FieldSchema? Below(string element) => Shape switch
    {
        FieldShape.Struct when element.StartsWith(FieldPath.Field, StringComparison.Ordinal) => Fields.GetValueOrDefault(element[2..]),
        FieldShape.Struct => null,
        _ => Element,
    };
}

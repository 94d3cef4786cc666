namespace AuthzSim.Formats.Manifests;

/// <summary>The apiVersion and kind an object says it has, or a list gives to items that say nothing.</summary>
internal readonly record struct TypeMeta(string? ApiVersion, string? Kind)
{
    public bool IsComplete => ApiVersion is not null && Kind is not null;

    /// <summary>What a list of this type says of its items: nothing when it is a plain <c>List</c>.</summary>
    public TypeMeta ForItems => Kind is null || ManifestKinds.ItemKind(Kind).Length == 0
        ? default
        : new TypeMeta(ApiVersion, ManifestKinds.ItemKind(Kind));

    public TypeMeta Or(TypeMeta other) => new(ApiVersion ?? other.ApiVersion, Kind ?? other.Kind);
}

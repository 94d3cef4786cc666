using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// The part of an object's metadata that RBAC work needs (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta</c>).
/// An absent string is <c>""</c>; an absent map or list is empty.
/// </summary>
public sealed record ObjectMeta
{
    /// <summary>No labels or annotations, with the ordinal order every map here has.</summary>
    public static ImmutableSortedDictionary<string, string> NoEntries { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>No metadata at all. Stands after <see cref="NoEntries"/>, which it is made of.</summary>
    public static ObjectMeta Empty { get; } = new();

    /// <summary>What hardly any object that is read has stands apart: a hundred thousand bindings do not carry it along.</summary>
    private readonly RareMeta _rare = RareMeta.None;

    /// <summary>The object's name; unique for its kind and namespace.</summary>
    public string Name { get; init; } = "";

    /// <summary>Prefix from which the server makes a name when <see cref="Name"/> is empty.</summary>
    public string GenerateName
    {
        get => _rare.GenerateName;
        init => _rare = ReferenceEquals(value, _rare.GenerateName) ? _rare : _rare with { GenerateName = value };
    }

    /// <summary>The object's namespace; <c>""</c> for a cluster-scoped object.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Labels, which aggregation selectors match.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = NoEntries;

    /// <summary>Annotations; <c>rbac.authorization.kubernetes.io/autoupdate</c> matters to reconciliation.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = NoEntries;

    /// <summary>The server's identity of this very object; <c>""</c> in a manifest.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The server's version of the stored object; <c>""</c> in a manifest.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>When the server stored the object first, as it writes it (RFC 3339); <c>""</c> in a manifest.</summary>
    public string CreationTimestamp
    {
        get => _rare.CreationTimestamp;
        init => _rare = ReferenceEquals(value, _rare.CreationTimestamp) ? _rare : _rare with { CreationTimestamp = value };
    }

    /// <summary>Objects that own this one; when all are gone it is deleted too.</summary>
    public ImmutableArray<OwnerReference> OwnerReferences
    {
        get => _rare.OwnerReferences;
        init => _rare = value.IsDefaultOrEmpty && _rare.OwnerReferences.IsEmpty
            ? _rare
            : _rare with { OwnerReferences = value.IsDefault ? [] : value };
    }

    /// <summary>Names that must be removed before the object goes away.</summary>
    public ImmutableArray<string> Finalizers
    {
        get => _rare.Finalizers;
        init => _rare = value.IsDefaultOrEmpty && _rare.Finalizers.IsEmpty ? _rare : _rare with { Finalizers = value.IsDefault ? [] : value };
    }

    /// <inheritdoc/>
    public bool Equals(ObjectMeta? other) =>
        other is not null
        && Name == other.Name && GenerateName == other.GenerateName && Namespace == other.Namespace
        && Uid == other.Uid && ResourceVersion == other.ResourceVersion && CreationTimestamp == other.CreationTimestamp
        && SameEntries(Labels, other.Labels) && SameEntries(Annotations, other.Annotations)
        && OwnerReferences.AsSpan().SequenceEqual(other.OwnerReferences.AsSpan())
        && Finalizers.AsSpan().SequenceEqual(other.Finalizers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Namespace, Labels.Count, Annotations.Count);

    private static bool SameEntries(ImmutableSortedDictionary<string, string> a, ImmutableSortedDictionary<string, string> b) =>
        ReferenceEquals(a, b) || a.SequenceEqual(b);

    private sealed record RareMeta
    {
        public static RareMeta None { get; } = new();

        public string GenerateName { get; init; } = "";

        public string CreationTimestamp { get; init; } = "";

        public ImmutableArray<OwnerReference> OwnerReferences { get; init; } = [];

        public ImmutableArray<string> Finalizers { get; init; } = [];
    }
}

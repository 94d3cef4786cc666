using System.Globalization;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>
/// One version of one object. What the server gives to an object stands apart from what the object says, and JSON is written when
/// somebody reads it: a hundred thousand bindings that nobody looks at cost little.
/// </summary>
internal sealed record StoredObject
{
    private readonly ObjectMeta? _meta;

    public required ServedResource Resource { get; init; }

    /// <summary>The namespace; <c>""</c> for cluster-scoped resources.</summary>
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>The role or binding, as written; null for other resources.</summary>
    public RbacObject? Rbac { get; init; }

    /// <summary>Labels, annotations, owners and finalizers, as written.</summary>
    public ObjectMeta Meta
    {
        get => Rbac?.Metadata ?? _meta ?? ObjectMeta.Empty;
        init => _meta = value;
    }

    /// <summary>What a namespace or a service account has beside its metadata, as the text of a JSON object; empty for none.</summary>
    public ReadOnlyMemory<byte> Rest { get; init; }

    /// <summary>Who set which fields, as the text of a JSON array; empty for nobody.</summary>
    public ReadOnlyMemory<byte> ManagedFields { get; init; }

    public Guid Uid { get; init; }

    /// <summary>The resourceVersion; 0 for an object that is not stored.</summary>
    public long Version { get; init; }

    /// <summary>When it was made, in seconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was deleted, in seconds since 1970, if finalizers still keep it; null otherwise.</summary>
    public long? DeletedAt { get; init; }

    /// <summary>The role or binding with everything the server gives to it.</summary>
    public RbacObject? WithServerFields() => Rbac is null ? null : Rbac with { Metadata = FullMeta() };

    /// <summary>The metadata with everything the server gives to it.</summary>
    public ObjectMeta FullMeta() => Meta with
    {
        Name = Name,
        Namespace = Namespace,
        Uid = Uid.ToString(),
        ResourceVersion = Version == 0 ? "" : Version.ToString(CultureInfo.InvariantCulture),
        CreationTimestamp = TimeText(CreatedAt),
    };

    public static string TimeText(long seconds) => Requests.ServerTime.Text(DateTimeOffset.FromUnixTimeSeconds(seconds));

    /// <summary>An object of a policy, which has no version yet.</summary>
    public static StoredObject Of(RbacObject @object, long createdAt)
    {
        var resource = ServedResource.OfKind(@object.Kind);
        var meta = @object.Metadata;
        return new StoredObject
        {
            Resource = resource,
            Namespace = resource.IsNamespaced ? meta.Namespace : "",
            Name = meta.Name,
            Rbac = RbacDefaults.SetDefaults(@object),
            Uid = Guid.TryParse(meta.Uid, out var uid) ? uid : Guid.NewGuid(),
            CreatedAt = createdAt,
        };
    }
}

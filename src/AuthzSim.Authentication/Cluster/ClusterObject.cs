using System.Collections.Immutable;

namespace AuthzSim.Authentication.Cluster;

/// <summary>What authenticators look at of any object of the cluster (upstream: <c>metav1.ObjectMeta</c>).</summary>
public abstract record ClusterObject
{
    /// <summary>No labels, with the ordinal order every map here has.</summary>
    public static ImmutableSortedDictionary<string, string> NoLabels { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>The object's namespace; empty for nodes.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object's UID; empty when the manifest has none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>When the object was deleted, while finalizers still hold it; null while it lives.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>The object's labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = NoLabels;
}

/// <summary>A service account (upstream: <c>corev1.ServiceAccount</c>).</summary>
public sealed record ServiceAccount : ClusterObject
{
    /// <summary>The names of the secrets the account lists as its own, as older clusters made them.</summary>
    public ImmutableArray<string> Secrets { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A secret (upstream: <c>corev1.Secret</c>). Its data never appears in a text.</summary>
public sealed record Secret : ClusterObject
{
    /// <summary>The secret's type, as <c>kubernetes.io/service-account-token</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The decoded values by key; null when the object has no data at all.</summary>
    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>? Data { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Secret {Namespace}/{Name}";
}

/// <summary>A pod (upstream: <c>corev1.Pod</c>).</summary>
public sealed record Pod : ClusterObject;

/// <summary>A node (upstream: <c>corev1.Node</c>).</summary>
public sealed record Node : ClusterObject;

using System.Collections.Immutable;
using AuthzSim.Formats;

namespace AuthzSim.Authentication.Cluster;

/// <summary>
/// Reads service accounts, secrets, pods and nodes out of manifests, lists and dumps: given to a load of policy as its
/// <see cref="PolicyLoadOptions.Visitor"/>, or on its own by <see cref="Load"/>. Not for several threads.
/// </summary>
public sealed class ClusterObjectReader : IManifestVisitor
{
    private const string Version = "v1";
    private readonly ImmutableArray<ClusterObject>.Builder _objects = ImmutableArray.CreateBuilder<ClusterObject>();

    /// <summary>The objects read so far, in the order read; of two of one kind and name both.</summary>
    public ImmutableArray<ClusterObject> Objects => _objects.ToImmutable();

    /// <summary>Reads the objects of all paths, in the order given.</summary>
    /// <param name="paths">Files, folders and patterns, as <see cref="PolicyLoader.Load"/> takes them.</param>
    /// <param name="options">How to read; its visitor is not asked.</param>
    /// <exception cref="PolicyFormatException">
    /// A path does not exist, or a document cannot be read, is malformed or is invalid policy. No text quotes a secret's data.
    /// </exception>
    public static ImmutableArray<ClusterObject> Load(IReadOnlyList<string> paths, PolicyLoadOptions? options = null)
    {
        var reader = new ClusterObjectReader();
        PolicyLoader.Load(paths, (options ?? new PolicyLoadOptions()) with { Visitor = reader, IncludeDefaultPolicy = false });
        return reader.Objects;
    }

    /// <inheritdoc/>
    public bool Wants(string apiVersion, string kind) =>
        apiVersion == Version && kind is nameof(ServiceAccount) or nameof(Secret) or nameof(Pod) or nameof(Node);

    /// <inheritdoc/>
    public IReadOnlyList<Diagnostic> Visit(ManifestDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var decoder = new ClusterObjectDecoder(document);
        if (decoder.Decode() is { } decoded)
        {
            _objects.Add(decoded);
        }

        return decoder.Problems;
    }
}

using System.Collections.Immutable;

namespace AuthzSim.Server.State;

/// <summary>The objects as they stood at one version. Immutable.</summary>
/// <param name="Version">The resourceVersion of the last change.</param>
/// <param name="Objects">The objects of each resource, by <see cref="ServedResource.Index"/>.</param>
internal record VersionedObjects(long Version, ImmutableArray<ImmutableSortedSet<StoredObject>> Objects)
{
    public static ImmutableArray<ImmutableSortedSet<StoredObject>> NoObjects { get; } = [.. ServedResource.All.Select(_ => ObjectOrder.None)];

    public ImmutableSortedSet<StoredObject> Of(ServedResource resource) => Objects[resource.Index];

    public StoredObject? Find(ServedResource resource, string @namespace, string name) =>
        Of(resource).TryGetValue(ObjectOrder.Probe(resource, @namespace, name), out var found) ? found : null;

    /// <summary>The objects in storage order from a place on: of one namespace, or of all.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="namespace">The namespace, or <c>""</c> for all.</param>
    /// <param name="after">The object after which to begin; null for the beginning.</param>
    public IEnumerable<StoredObject> List(ServedResource resource, string @namespace, StoredObject? after = null)
    {
        var all = Of(resource);
        var place = after is not null ? all.IndexOf(after)
            : @namespace.Length > 0 ? all.IndexOf(ObjectOrder.Probe(resource, @namespace, "")) : ~0;
        for (var i = place < 0 ? ~place : place + 1; i < all.Count; i++)
        {
            var item = all[i];
            if (@namespace.Length > 0 && item.Namespace != @namespace)
            {
                yield break;
            }

            yield return item;
        }
    }
}

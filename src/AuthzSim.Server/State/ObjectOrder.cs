using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Server.State;

/// <summary>The order in which a storage with keys <c>namespace/name</c> lists objects, byte by byte.</summary>
internal sealed class ObjectOrder : IComparer<StoredObject>
{
    public static readonly ObjectOrder Instance = new();

    public static ImmutableSortedSet<StoredObject> None { get; } = ImmutableSortedSet.Create<StoredObject>(Instance);

    public int Compare(StoredObject? x, StoredObject? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.Namespace == y.Namespace
            ? GoText.CompareBytes(x.Name, y.Name)
            : GoText.CompareBytes(x.Namespace + "/", y.Namespace + "/");
    }

    /// <summary>What finds an object by its name.</summary>
    public static StoredObject Probe(ServedResource resource, string @namespace, string name) =>
        new() { Resource = resource, Namespace = @namespace, Name = name };
}

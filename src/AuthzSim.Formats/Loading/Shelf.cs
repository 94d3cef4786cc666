using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>Objects of one kind in order; a later object takes the name, and the place, from an earlier one.</summary>
internal sealed class Shelf<T>(Func<T, SourceLocation> locationOf)
    where T : class
{
    private readonly List<T?> _items = [];
    private readonly Dictionary<(string Namespace, string Name), int> _byName = [];

    /// <summary>Adds the object; gives the place of the one it replaces, if any. Objects without a name replace nothing.</summary>
    public SourceLocation? Put(T item, string ns, string name)
    {
        SourceLocation? replaced = null;
        if (name.Length > 0)
        {
            // One look-up both finds the earlier object and makes room for this one.
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_byName, (ns, name), out var isTaken);
            if (isTaken)
            {
                replaced = locationOf(_items[index]!);
                _items[index] = null;
            }

            index = _items.Count;
        }

        _items.Add(item);
        return replaced;
    }

    public ImmutableArray<T> ToImmutable()
    {
        // Sized once: a list that grows to a hundred thousand is copied many times.
        var items = ImmutableArray.CreateBuilder<T>(_items.Count);
        items.AddRange(_items.OfType<T>());
        return items.DrainToImmutable();
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>Objects of one kind in order; a later object takes the name, and the place, from an earlier one.</summary>
internal sealed class Shelf<T>
    where T : class
{
    private readonly List<T?> _items = [];
    private readonly Dictionary<(string Namespace, string Name), (int Index, SourceLocation Location)> _byName = [];

    /// <summary>Adds the object; gives the place of the one it replaces, if any. Objects without a name replace nothing.</summary>
    public SourceLocation? Put(T item, string ns, string name, SourceLocation location)
    {
        SourceLocation? replaced = null;
        if (name.Length > 0)
        {
            if (_byName.TryGetValue((ns, name), out var earlier))
            {
                _items[earlier.Index] = null;
                replaced = earlier.Location;
            }

            _byName[(ns, name)] = (_items.Count, location);
        }

        _items.Add(item);
        return replaced;
    }

    public ImmutableArray<T> ToImmutable() => [.. _items.OfType<T>()];
}

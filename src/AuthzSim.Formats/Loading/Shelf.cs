using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Loading;

/// <summary>
/// Objects of one kind in order; a later object takes the name, and the place, from an earlier one. Names are found by a table
/// of hashes and places: a key is compared in the object itself, and only where hashes are equal.
/// </summary>
internal sealed class Shelf<T>(Func<T, ShelfPlace> placeOf)
    where T : class
{
    private const int FirstSlots = 64;

    private readonly List<T?> _items = [];
    private Slot[] _slots = [];
    private int _named;
    private int _replaced;

    /// <summary>Adds the object; gives the place of the one it replaces, if any. Objects without a name replace nothing.</summary>
    public SourceLocation? Put(T item, string ns, string name)
    {
        SourceLocation? replaced = null;
        if (name.Length > 0)
        {
            if (_named >= _slots.Length / 2)
            {
                Grow();
            }

            var hash = SeededHash.Of(name) + (SeededHash.Of(ns) * 0x9E3779B1);
            ref var slot = ref Find(hash, ns, name);
            if (slot.Number == 0)
            {
                _named++;
            }
            else
            {
                replaced = placeOf(_items[slot.Number - 1]!).Location;
                _items[slot.Number - 1] = null;
                _replaced++;
            }

            slot = new Slot(hash, _items.Count + 1);
        }

        _items.Add(item);
        return replaced;
    }

    public ImmutableArray<T> ToImmutable()
    {
        var items = new T[_items.Count - _replaced];
        var count = 0;
        foreach (var item in CollectionsMarshal.AsSpan(_items))
        {
            if (item is not null)
            {
                items[count++] = item;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    private ref Slot Find(uint hash, string ns, string name)
    {
        var mask = _slots.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot.Number == 0 || (slot.Hash == hash && placeOf(_items[slot.Number - 1]!).IsNamed(ns, name)))
            {
                return ref slot;
            }
        }
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[Math.Max(FirstSlots, old.Length * 4)];
        var mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Number == 0)
            {
                continue;
            }

            var at = (int)slot.Hash & mask;
            while (_slots[at].Number != 0)
            {
                at = (at + 1) & mask;
            }

            _slots[at] = slot;
        }
    }

    /// <summary>The number is one more than the place among the items; 0 is a free slot.</summary>
    private readonly record struct Slot(uint Hash, int Number);
}

/// <summary>What an object is called, and where it was read.</summary>
internal readonly record struct ShelfPlace(string Namespace, string Name, SourceLocation Location)
{
    public static ShelfPlace Of(RbacObject @object) => new(@object.Metadata.Namespace, @object.Metadata.Name, @object.Location);

    public bool IsNamed(string ns, string name) => Name == name && Namespace == ns;
}

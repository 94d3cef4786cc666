using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Gives equal lists, maps and role references one instance: the verbs of rules, the labels of objects and the roles of
/// bindings are the same few everywhere. Fixed tables in which the newest value of a slot wins.
/// </summary>
internal sealed class SharedValues
{
    private const int Size = 1 << 10;
    private const int LongestKept = 16;

    private readonly ImmutableArray<string>[] _lists = new ImmutableArray<string>[Size];
    private readonly (KeyValuePair<string, string>[] Entries, ImmutableSortedDictionary<string, string> Map)[] _maps =
        new (KeyValuePair<string, string>[], ImmutableSortedDictionary<string, string>)[Size];

    private readonly RoleRef?[] _roleRefs = new RoleRef?[Size];

    public RoleRef RoleRef(string group, string kind, string name)
    {
        ref var slot = ref _roleRefs[(Hash(name) + Hash(kind)) & (Size - 1)];
        if (slot is null || slot.Name != name || slot.Kind != kind || slot.ApiGroup != group)
        {
            slot = new RoleRef { ApiGroup = group, Kind = kind, Name = name };
        }

        return slot;
    }

    public ImmutableArray<string> List(ReadOnlySpan<string> items)
    {
        if (items.Length is 0 or > LongestKept)
        {
            return ImmutableArray.Create(items);
        }

        var hash = 0;
        foreach (var item in items)
        {
            hash = (hash * 31) + Hash(item);
        }

        ref var slot = ref _lists[hash & (Size - 1)];
        if (slot.IsDefault || !slot.AsSpan().SequenceEqual(items))
        {
            slot = ImmutableArray.Create(items);
        }

        return slot;
    }

    /// <summary>The map of the entries; of a key that is there twice the later entry counts.</summary>
    public ImmutableSortedDictionary<string, string> Map(ReadOnlySpan<KeyValuePair<string, string>> entries)
    {
        if (entries.Length is 0 or > LongestKept)
        {
            return Create(entries);
        }

        var hash = 0;
        foreach (var (key, value) in entries)
        {
            hash = (hash * 31) + Hash(key) + (Hash(value) * 7);
        }

        ref var slot = ref _maps[hash & (Size - 1)];
        if (slot.Entries is null || !Same(slot.Entries, entries))
        {
            slot = (entries.ToArray(), Create(entries));
        }

        return slot.Map;
    }

    private static ImmutableSortedDictionary<string, string> Create(ReadOnlySpan<KeyValuePair<string, string>> entries)
    {
        if (entries.IsEmpty)
        {
            return ObjectMeta.NoEntries;
        }

        var map = ObjectMeta.NoEntries.ToBuilder();
        foreach (var (key, value) in entries)
        {
            map[key] = value;
        }

        return map.ToImmutable();
    }

    private static bool Same(KeyValuePair<string, string>[] known, ReadOnlySpan<KeyValuePair<string, string>> entries)
    {
        if (known.Length != entries.Length)
        {
            return false;
        }

        for (var i = 0; i < known.Length; i++)
        {
            if (known[i].Key != entries[i].Key || known[i].Value != entries[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Enough to tell usual values apart: a collision only costs sharing.</summary>
    private static int Hash(string text) =>
        text.Length == 0 ? 17 : (text.Length * 131) + (text[0] * 7) + (text[^1] * 17) + text[text.Length / 2];
}

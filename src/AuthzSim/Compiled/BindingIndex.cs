using System.Numerics;

namespace AuthzSim.Compiled;

/// <summary>
/// Finds a binding by its name, for changes; checks have no use for it, so it is made at the first change. A slot is a hash
/// and a place in the order, and the name is compared in the row. Immutable: a change copies one chunk.
/// </summary>
internal sealed class BindingIndex
{
    private const int Free = 0;
    private const int Removed = -1;

    private readonly ChunkedArray<Slot> _slots;
    private readonly int _used;

    private BindingIndex(ChunkedArray<Slot> slots, int used)
    {
        _slots = slots;
        _used = used;
    }

    private uint Mask => (uint)_slots.Count - 1;

    /// <summary>The index of all bindings that are not removed.</summary>
    public static BindingIndex Of(RecordArena arena, ChunkedArray<BindingRow> rows)
    {
        var slots = new Slot[(int)BitOperations.RoundUpToPowerOf2((uint)(rows.Count + (rows.Count >> 1) + 16))];
        var used = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            ref readonly var row = ref rows[i];
            if (row.IsRemoved)
            {
                continue;
            }

            var hash = HashOf(row.Namespace, new BindingRecord(arena[row.Record]).Name);
            var at = hash & (uint)(slots.Length - 1);
            while (slots[at].Place != Free)
            {
                at = (at + 1) & (uint)(slots.Length - 1);
            }

            slots[at] = new Slot(hash, i + 1);
            used++;
        }

        return new BindingIndex(ChunkedArray<Slot>.Of(slots), used);
    }

    /// <summary>The last binding of a name, or -1.</summary>
    public int Find(int @namespace, string name, RecordArena arena, ChunkedArray<BindingRow> rows)
    {
        var hash = HashOf(@namespace, name);
        var result = -1;
        for (var at = hash & Mask; _slots[(int)at].Place != Free; at = (at + 1) & Mask)
        {
            var slot = _slots[(int)at];
            if (slot.Place > 0 && slot.Hash == hash && rows[slot.Place - 1] is var row && row.Namespace == @namespace
                && new BindingRecord(arena[row.Record]).IsNamed(name))
            {
                result = Math.Max(result, slot.Place - 1);
            }
        }

        return result;
    }

    /// <summary>With a binding that was appended; null when there is no room and the index must be made anew.</summary>
    public BindingIndex? Add(int @namespace, string name, int place)
    {
        if ((_used + 1) * 5L > _slots.Count * 4L)
        {
            return null;
        }

        var hash = HashOf(@namespace, name);
        var at = hash & Mask;
        while (_slots[(int)at].Place != Free)
        {
            at = (at + 1) & Mask;
        }

        return new BindingIndex(_slots.Set((int)at, new Slot(hash, place + 1)), _used + 1);
    }

    /// <summary>Without a binding that was removed.</summary>
    public BindingIndex Remove(int @namespace, string name, int place)
    {
        var at = HashOf(@namespace, name) & Mask;
        while (_slots[(int)at].Place != place + 1)
        {
            at = (at + 1) & Mask;
        }

        return new BindingIndex(_slots.Set((int)at, new Slot(0, Removed)), _used);
    }

    private static uint HashOf(int @namespace, ReadOnlySpan<char> name) => SeededHash.Of(name) + ((uint)@namespace * 0x9E3779B1);

    private readonly record struct Slot(uint Hash, int Place);
}

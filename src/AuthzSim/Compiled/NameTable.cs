using System.Numerics;
using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>
/// Names to ids counted from 0, each with a payload beside it. Open addressing over a dense index of hashes and ids, and one
/// cache line a name that holds its text and its payload: a look-up touches one word of the index and one slot. Immutable:
/// adding a name or changing a payload copies one chunk.
/// </summary>
internal sealed class NameTable<TPayload>
{
    private const int LeastCapacity = 128;

    // A word of the index has the hash above the id; ids are counted from 1 there, so that 0 is a free word.
    private readonly ChunkedArray<ulong> _index;
    private readonly uint _mask;
    private readonly ChunkedArray<NameSlot<TPayload>> _slots;

    private NameTable(ChunkedArray<ulong> index, ChunkedArray<NameSlot<TPayload>> slots)
    {
        _index = index;
        _mask = (uint)index.Count - 1;
        _slots = slots;
    }

    public int Count => _slots.Count;

    /// <summary>The name of an id.</summary>
    public string this[int id] => _slots[id].Name;

    /// <summary>The slot of an id.</summary>
    public ref readonly NameSlot<TPayload> SlotOf(int id) => ref _slots.Unchecked(id);

    /// <summary>The slot of a name, or a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly NameSlot<TPayload> Find(ReadOnlySpan<char> name) => ref Find(SeededHash.Of(name), name);

    /// <summary>The slot of a name whose hash is known, or a null reference.</summary>
    public ref readonly NameSlot<TPayload> Find(uint hash, ReadOnlySpan<char> name)
    {
        for (var i = hash & _mask; ; i = (i + 1) & _mask)
        {
            var word = _index.Unchecked((int)i);
            if (word == 0)
            {
                return ref Unsafe.NullRef<NameSlot<TPayload>>();
            }

            if (HashIn(word) == hash)
            {
                ref readonly var slot = ref _slots.Unchecked(IdIn(word));
                if (slot.IsNamed(name))
                {
                    return ref slot;
                }
            }
        }
    }

    /// <summary>The id of a name, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> name)
    {
        ref readonly var slot = ref Find(name);
        return Unsafe.IsNullRef(in slot) ? -1 : slot.Id;
    }

    /// <summary>The payload of a name, or the default.</summary>
    public TPayload? PayloadOf(ReadOnlySpan<char> name) => PayloadOf(SeededHash.Of(name), name);

    /// <summary>The payload of a name whose hash is known, or the default.</summary>
    public TPayload? PayloadOf(uint hash, ReadOnlySpan<char> name)
    {
        ref readonly var slot = ref Find(hash, name);
        return Unsafe.IsNullRef(in slot) ? default : slot.Payload;
    }

    /// <summary>Brings the word of the index where a look-up of this hash starts towards the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchIndex(uint hash) => Cache.Prefetch(in _index.Unchecked((int)(hash & _mask)));

    /// <summary>Brings the slot that a look-up of this hash tries first towards the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(uint hash)
    {
        var word = _index.Unchecked((int)(hash & _mask));
        if (word != 0)
        {
            ref readonly var slot = ref _slots.Unchecked(IdIn(word));
            Cache.Prefetch(in slot);
            Cache.Prefetch(in slot.LastByte);
        }
    }

    public NameTable<TPayload> Add(string name, TPayload payload)
    {
        var hash = SeededHash.Of(name);
        var index = CapacityFor(Count + 1) > _index.Count ? IndexOf(_slots, _index.Count * 2) : _index;
        var free = hash & ((uint)index.Count - 1);
        while (index[(int)free] != 0)
        {
            free = (free + 1) & ((uint)index.Count - 1);
        }

        return new NameTable<TPayload>(index.Set((int)free, WordOf(hash, Count)), _slots.Add(new NameSlot<TPayload>(Count, name) { Payload = payload }));
    }

    public NameTable<TPayload> Set(int id, TPayload payload)
    {
        var slot = _slots[id];
        slot.Payload = payload;
        return new NameTable<TPayload>(_index, _slots.Set(id, slot));
    }

    private static ChunkedArray<ulong> IndexOf(ChunkedArray<NameSlot<TPayload>> slots, int capacity)
    {
        var index = new ChunkedArray<ulong>.Builder(capacity);
        for (var id = 0; id < slots.Count; id++)
        {
            Put(index, SeededHash.Of(slots[id].Name), id);
        }

        return index.Build();
    }

    private static void Put(ChunkedArray<ulong>.Builder index, uint hash, int id)
    {
        var mask = (uint)index.Count - 1;
        var free = hash & mask;
        while (index[(int)free] != 0)
        {
            free = (free + 1) & mask;
        }

        index[(int)free] = WordOf(hash, id);
    }

    private static ulong WordOf(uint hash, int id) => (ulong)hash << 32 | (uint)(id + 1);

    private static uint HashIn(ulong word) => (uint)(word >> 32);

    private static int IdIn(ulong word) => (int)(uint)word - 1;

    /// <summary>A power of two that leaves at least two fifths of the words free.</summary>
    private static int CapacityFor(int count) =>
        Math.Max(LeastCapacity, (int)BitOperations.RoundUpToPowerOf2((uint)LeastWordsFor(count)));

    private static int LeastWordsFor(int count) => count + (count >> 1) + (count >> 3);

    /// <summary>Fills a table in place, before anybody else sees it.</summary>
    internal sealed class Builder
    {
        private readonly ChunkedArray<NameSlot<TPayload>>.Builder _slots = new();
        private ChunkedArray<ulong>.Builder _index;

        /// <param name="expected">How many names there will be, where that is known.</param>
        public Builder(int expected = 0) => _index = new ChunkedArray<ulong>.Builder(CapacityFor(expected));

        public int Count => _slots.Count;

        public string this[int id] => _slots[id].Name;

        /// <summary>The id of a name, which is added when new.</summary>
        public int GetOrAdd(ReadOnlySpan<char> name)
        {
            var hash = SeededHash.Of(name);
            var mask = (uint)_index.Count - 1;
            var i = hash & mask;
            for (ulong word; (word = _index[(int)i]) != 0; i = (i + 1) & mask)
            {
                if (HashIn(word) == hash && _slots[IdIn(word)].IsNamed(name))
                {
                    return IdIn(word);
                }
            }

            var id = Count;
            if (LeastWordsFor(id + 1) > _index.Count)
            {
                Grow();
                Put(_index, hash, id);
            }
            else
            {
                _index[(int)i] = WordOf(hash, id);
            }

            _slots.Add(new NameSlot<TPayload>(id, name));
            return id;
        }

        /// <summary>The finished table, each name with the payload of its id; nothing may be added after.</summary>
        public NameTable<TPayload> Build(ReadOnlySpan<TPayload> payloads = default)
        {
            for (var id = 0; id < payloads.Length; id++)
            {
                _slots[id].Payload = payloads[id];
            }

            return new NameTable<TPayload>(_index.Build(), _slots.Build());
        }

        private void Grow()
        {
            var old = _index;
            _index = new ChunkedArray<ulong>.Builder(old.Count * 2);
            for (var i = 0; i < old.Count; i++)
            {
                if (old[i] is not 0 and var word)
                {
                    Put(_index, HashIn(word), IdIn(word));
                }
            }
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AuthzSim.Compiled;

/// <summary>
/// Names to ids counted from 0, each with a payload beside it: open addressing in chunks, everything about a name in its
/// slot, so that a look-up touches one slot and the name. Immutable: adding a name or changing a payload copies one chunk.
/// </summary>
internal sealed class NameTable<TPayload>
{
    private const int Bits = 6;
    private const int Size = 1 << Bits;

    private readonly Slot[][] _chunks;
    private readonly uint _mask;
    private readonly ChunkedArray<string> _names;

    private NameTable(Slot[][] chunks, ChunkedArray<string> names)
    {
        _chunks = chunks;
        _mask = ((uint)chunks.Length << Bits) - 1;
        _names = names;
    }

    public static NameTable<TPayload> Empty { get; } = new(NewChunks(Size), ChunkedArray<string>.Empty);

    public int Count => _names.Count;

    /// <summary>The name of an id.</summary>
    public string this[int id] => _names[id];

    /// <summary>The slot of a name, or a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Slot Find(string name) => ref Find(SeededHash.Of(name), name);

    /// <summary>The slot of a name whose hash is known, or a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Slot Find(uint hash, ReadOnlySpan<char> name)
    {
        for (var i = hash; ; i++)
        {
            ref var slot = ref SlotAt(i & _mask);
            if (slot.Name is null)
            {
                return ref Unsafe.NullRef<Slot>();
            }

            if (slot.Hash == hash && name.SequenceEqual(slot.Name))
            {
                return ref slot;
            }
        }
    }

    /// <summary>The id of a name, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> name)
    {
        ref readonly var slot = ref Find(SeededHash.Of(name), name);
        return Unsafe.IsNullRef(in slot) ? -1 : slot.Id;
    }

    /// <summary>The payload of a name, or the default.</summary>
    public TPayload? PayloadOf(string name)
    {
        ref readonly var slot = ref Find(name);
        return Unsafe.IsNullRef(in slot) ? default : slot.Payload;
    }

    /// <summary>Brings the slot where a look-up of this hash starts towards the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(uint hash)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref SlotAt(hash & _mask)));
        }
    }

    public NameTable<TPayload> Add(string name, TPayload payload)
    {
        var target = CapacityFor(Count + 1) > _chunks.Length << Bits ? Grown() : this;
        var slot = new Slot { Hash = SeededHash.Of(name), Id = Count, Name = name, Payload = payload };
        return target.With(target.FreeIndex(slot.Hash), slot, _names.Add(name));
    }

    public NameTable<TPayload> Set(string name, TPayload payload)
    {
        var hash = SeededHash.Of(name);
        for (var i = hash; ; i++)
        {
            var slot = SlotAt(i & _mask);
            if (slot.Name is null)
            {
                throw new ArgumentException("the name is not in the table", nameof(name));
            }

            if (slot.Hash == hash && slot.Name == name)
            {
                slot.Payload = payload;
                return With(i & _mask, slot, _names);
            }
        }
    }

    private NameTable<TPayload> With(uint index, Slot slot, ChunkedArray<string> names)
    {
        var chunks = (Slot[][])_chunks.Clone();
        var chunk = (Slot[])chunks[index >> Bits].Clone();
        chunk[index & (Size - 1)] = slot;
        chunks[index >> Bits] = chunk;
        return new NameTable<TPayload>(chunks, names);
    }

    private NameTable<TPayload> Grown()
    {
        var table = new NameTable<TPayload>(NewChunks(_chunks.Length << (Bits + 1)), _names);
        foreach (var chunk in _chunks)
        {
            foreach (ref var slot in chunk.AsSpan())
            {
                if (slot.Name is not null)
                {
                    table.SlotAt(table.FreeIndex(slot.Hash)) = slot;
                }
            }
        }

        return table;
    }

    private uint FreeIndex(uint hash)
    {
        var i = hash & _mask;
        while (SlotAt(i).Name is not null)
        {
            i = (i + 1) & _mask;
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot SlotAt(uint index) => ref Unsafe.Add(
        ref MemoryMarshal.GetArrayDataReference(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), index >> Bits)),
        index & (Size - 1));

    /// <summary>A power of two that leaves at least two fifths of the slots free.</summary>
    private static int CapacityFor(int count) => Math.Max(Size, (int)BitOperations.RoundUpToPowerOf2((uint)(count + (count >> 1) + (count >> 3))));

    private static Slot[][] NewChunks(int capacity)
    {
        var chunks = new Slot[capacity >> Bits][];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new Slot[Size];
        }

        return chunks;
    }

    /// <summary>Fills a table in place, before anybody else sees it.</summary>
    internal sealed class Builder
    {
        private readonly List<string> _names;
        private NameTable<TPayload> _table;

        /// <param name="expected">About how many names will come, if known: the table need not grow for them.</param>
        public Builder(int expected = 0)
        {
            _names = new List<string>(expected);
            _table = new NameTable<TPayload>(NewChunks(CapacityFor(expected)), ChunkedArray<string>.Empty);
        }

        public int Count => _names.Count;

        public string this[int id] => _names[id];

        /// <summary>The id of a name, which is added when new.</summary>
        public int GetOrAdd(string name)
        {
            var hash = SeededHash.Of(name);
            ref readonly var slot = ref _table.Find(hash, name);
            if (!Unsafe.IsNullRef(in slot))
            {
                return slot.Id;
            }

            if (CapacityFor(Count + 1) > _table._chunks.Length << Bits)
            {
                _table = _table.Grown();
            }

            _table.SlotAt(_table.FreeIndex(hash)) = new Slot { Hash = hash, Id = Count, Name = name };
            _names.Add(name);
            return Count - 1;
        }

        /// <summary>The finished table, each name with the payload of its id.</summary>
        public NameTable<TPayload> Build(ReadOnlySpan<TPayload> payloads = default)
        {
            foreach (var chunk in _table._chunks)
            {
                foreach (ref var slot in chunk.AsSpan())
                {
                    if (slot.Name is not null && slot.Id < payloads.Length)
                    {
                        slot.Payload = payloads[slot.Id];
                    }
                }
            }

            return new NameTable<TPayload>(_table._chunks, ChunkedArray<string>.Of(_names));
        }
    }

    internal struct Slot
    {
        public uint Hash;
        public int Id;
        public string? Name;
        public TPayload Payload;
    }
}

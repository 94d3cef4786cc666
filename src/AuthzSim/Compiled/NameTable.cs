using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AuthzSim.Compiled;

/// <summary>
/// Names to ids counted from 0, each with a payload beside it: open addressing in chunks, hash and place of the text in the
/// slot, so that a look-up touches one slot and the text. Immutable: adding a name or changing a payload copies one chunk.
/// </summary>
internal sealed class NameTable<TPayload>
{
    private const int Bits = 6;
    private const int Size = 1 << Bits;

    private readonly Slot[][] _chunks;
    private readonly uint _mask;

    private NameTable(TextArena arena, Slot[][] chunks, int count)
    {
        Arena = arena;
        _chunks = chunks;
        _mask = ((uint)chunks.Length << Bits) - 1;
        Count = count;
    }

    public TextArena Arena { get; }

    public int Count { get; }

    public static NameTable<TPayload> Empty(TextArena arena) => new(arena, NewChunks(Size), 0);

    /// <summary>The slot of a name, or a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Slot Find(ReadOnlySpan<char> name) => ref Find(SeededHash.Of(name), name);

    public ref readonly Slot Find(uint hash, ReadOnlySpan<char> name)
    {
        for (var i = hash & _mask; ; i = (i + 1) & _mask)
        {
            ref var slot = ref SlotAt(i);
            if (slot.Id < 0)
            {
                return ref Unsafe.NullRef<Slot>();
            }

            if (slot.Hash == hash && slot.Name.Length == name.Length && Arena[slot.Name].SequenceEqual(name))
            {
                return ref slot;
            }
        }
    }

    /// <summary>The id of a name, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> name)
    {
        ref readonly var slot = ref Find(name);
        return Unsafe.IsNullRef(in slot) ? -1 : slot.Id;
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

    public NameTable<TPayload> Add(ReadOnlySpan<char> name, TPayload payload)
    {
        var target = CapacityFor(Count + 1) > _chunks.Length << Bits ? Grown() : this;
        var slot = new Slot { Hash = SeededHash.Of(name), Id = Count, Name = Arena.Add(name), Payload = payload };
        return target.With(target.FreeIndex(slot.Hash), slot, Count + 1);
    }

    public NameTable<TPayload> Set(ReadOnlySpan<char> name, TPayload payload)
    {
        var hash = SeededHash.Of(name);
        for (var i = hash & _mask; ; i = (i + 1) & _mask)
        {
            var slot = SlotAt(i);
            if (slot.Id >= 0 && slot.Hash == hash && Arena[slot.Name].SequenceEqual(name))
            {
                slot.Payload = payload;
                return With(i, slot, Count);
            }

            if (slot.Id < 0)
            {
                throw new ArgumentException("the name is not in the table", nameof(name));
            }
        }
    }

    public IEnumerable<Slot> Slots() => _chunks.SelectMany(c => c).Where(s => s.Id >= 0);

    private NameTable<TPayload> With(uint index, Slot slot, int count)
    {
        var chunks = (Slot[][])_chunks.Clone();
        var chunk = (Slot[])chunks[index >> Bits].Clone();
        chunk[index & (Size - 1)] = slot;
        chunks[index >> Bits] = chunk;
        return new NameTable<TPayload>(Arena, chunks, count);
    }

    private NameTable<TPayload> Grown()
    {
        var table = new NameTable<TPayload>(Arena, NewChunks(_chunks.Length << (Bits + 1)), Count);
        foreach (var slot in Slots())
        {
            table.Insert(slot);
        }

        return table;
    }

    private void Insert(Slot slot) => SlotAt(FreeIndex(slot.Hash)) = slot;

    private uint FreeIndex(uint hash)
    {
        var i = hash & _mask;
        while (SlotAt(i).Id >= 0)
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
            Array.Fill(chunks[i], new Slot { Id = -1 });
        }

        return chunks;
    }

    /// <summary>Fills a table in place, before anybody else sees it.</summary>
    internal sealed class Builder(TextArena arena)
    {
        private NameTable<TPayload> _table = Empty(arena);
        private int _count;

        public int Count => _count;

        /// <summary>The id of a name, which is added when new.</summary>
        public int GetOrAdd(ReadOnlySpan<char> name, TPayload payload = default!)
        {
            var hash = SeededHash.Of(name);
            ref readonly var slot = ref _table.Find(hash, name);
            if (!Unsafe.IsNullRef(in slot))
            {
                return slot.Id;
            }

            if (CapacityFor(_count + 1) > _table._chunks.Length << Bits)
            {
                _table = _table.Grown();
            }

            _table.Insert(new Slot { Hash = hash, Id = _count, Name = arena.Add(name), Payload = payload });
            return _count++;
        }

        /// <summary>Where the text of each name is, by id.</summary>
        public TextRef[] Names()
        {
            var names = new TextRef[_count];
            foreach (var slot in _table.Slots())
            {
                names[slot.Id] = slot.Name;
            }

            return names;
        }

        /// <summary>The finished table, each name with the payload of its id.</summary>
        public NameTable<TPayload> Build(ReadOnlySpan<TPayload> payloads = default)
        {
            foreach (var chunk in _table._chunks)
            {
                foreach (ref var slot in chunk.AsSpan())
                {
                    if (slot.Id >= 0 && slot.Id < payloads.Length)
                    {
                        slot.Payload = payloads[slot.Id];
                    }
                }
            }

            return new NameTable<TPayload>(arena, _table._chunks, _count);
        }
    }

    internal struct Slot
    {
        public uint Hash;
        public int Id;
        public TextRef Name;
        public TPayload Payload;
    }
}

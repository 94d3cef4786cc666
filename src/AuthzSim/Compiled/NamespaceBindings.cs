using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>
/// The role bindings of one namespace: all of them in policy order, and by identity. What a check needs of a namespace lies
/// in one array, so that a user and all groups are found in the same few cache lines: the number of identities and of
/// bindings, the identities in order, each once for every binding it has, the bindings with their roles, and for each
/// identity the number of its binding among them.
/// </summary>
internal readonly struct NamespaceBindings
{
    private const int ScannedLength = 256;
    private const int IntsPerLine = 16;
    private const int Prefetched = 12;
    private const int Header = 2;

    private readonly int[]? _data;

    private NamespaceBindings(int[] data) => _data = data;

    /// <summary>True of the default: a namespace without bindings.</summary>
    public bool IsNone => _data is null;

    /// <summary>The bindings with their roles, in policy order.</summary>
    public ReadOnlySpan<Posting> Postings => _data is null
        ? []
        : MemoryMarshal.Cast<int, Posting>(_data.AsSpan(Header + _data[0], 2 * _data[1]));

    /// <summary>The bindings in policy order.</summary>
    public int[] Places()
    {
        var places = new int[Postings.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Postings[i].Binding;
        }

        return places;
    }

    /// <summary>The bindings at these places, each under every identity it is for.</summary>
    /// <param name="places">Places of role bindings, in order.</param>
    /// <param name="arena">The records of the role bindings.</param>
    /// <param name="rows">The role bindings.</param>
    /// <param name="roleRefs">The role references.</param>
    public static NamespaceBindings Of(
        ReadOnlySpan<int> places, RecordArena arena, ChunkedArray<BindingRow> rows, ChunkedArray<RoleRefRow> roleRefs)
    {
        using var collector = new Collector(rows, roleRefs);
        for (var i = 0; i < places.Length; i++)
        {
            foreach (var subject in new BindingRecord(arena[rows[places[i]].Record]).Subjects)
            {
                collector.Add(i, subject.Identity);
            }
        }

        return collector.Collect(places);
    }

    /// <summary>The bindings of an identity with their roles, in policy order.</summary>
    public IdentityPostings PostingsOf(int identity) => new(this, identity);

    /// <summary>Brings what a check looks at towards the processor.</summary>
    public void Prefetch()
    {
        if (_data is null)
        {
            return;
        }

        // The length is on the first line, which is not here yet: what is beyond the end is brought in vain.
        ref var first = ref MemoryMarshal.GetArrayDataReference(_data);
        for (var i = 0; i < Prefetched * IntsPerLine; i += IntsPerLine)
        {
            Cache.Prefetch(in Unsafe.Add(ref first, i));
        }
    }

    private static int[] NewData(int identities, int bindings) =>
        new int[Header + identities + (2 * bindings) + (bindings > ushort.MaxValue ? identities : (identities + 1) / 2)];

    private void Fill(ReadOnlySpan<int> places, ReadOnlySpan<ulong> entries, ChunkedArray<BindingRow> rows, ChunkedArray<RoleRefRow> roleRefs)
    {
        var data = _data!;
        (data[0], data[1]) = (entries.Length, places.Length);
        var postings = MemoryMarshal.Cast<int, Posting>(data.AsSpan(Header + entries.Length, 2 * places.Length));
        for (var i = 0; i < places.Length; i++)
        {
            postings[i] = new Posting(roleRefs[rows[places[i]].RoleRef].Role, places[i]);
        }

        var numbers = data.AsSpan(Header + entries.Length + (2 * places.Length));
        var shortNumbers = MemoryMarshal.Cast<int, ushort>(numbers);
        for (var i = 0; i < entries.Length; i++)
        {
            data[Header + i] = (int)(entries[i] >> 32);
            if (places.Length > ushort.MaxValue)
            {
                numbers[i] = (int)(uint)entries[i];
            }
            else
            {
                shortNumbers[i] = (ushort)entries[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstOf(ReadOnlySpan<int> identities, int identity)
    {
        // A scan of neighbours in steps of a vector beats a search that jumps, as long as the list is no longer than usual.
        if (identities.Length <= ScannedLength)
        {
            return identities.IndexOf(identity);
        }

        int low = 0, high = identities.Length;
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (identities[middle] < identity)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < identities.Length && identities[low] == identity ? low : -1;
    }

    /// <summary>Takes who the bindings of one namespace after the other are for.</summary>
    internal sealed class Collector(ChunkedArray<BindingRow> rows, ChunkedArray<RoleRefRow> roleRefs) : IDisposable
    {
        private const int FirstLength = 256;

        private ulong[] _entries = ArrayPool<ulong>.Shared.Rent(FirstLength);
        private ulong[] _ordered = [];
        private int _count;

        /// <summary>Takes a subject of a binding, given by its number in its namespace.</summary>
        public void Add(int number, int identity)
        {
            if (identity < 0)
            {
                return;
            }

            if (_count == _entries.Length)
            {
                var entries = ArrayPool<ulong>.Shared.Rent(_count * 2);
                _entries.CopyTo(entries, 0);
                ArrayPool<ulong>.Shared.Return(_entries);
                _entries = entries;
            }

            _entries[_count++] = (ulong)(uint)identity << 32 | (uint)number;
        }

        /// <summary>The bindings of a namespace, whose subjects have all been taken; what comes next is of another one.</summary>
        /// <param name="places">Places of the bindings, in order.</param>
        /// <param name="order">Which of the subjects that match somebody comes first, which next, if known; wrong ones do no harm.</param>
        public NamespaceBindings Collect(ReadOnlySpan<int> places, ReadOnlySpan<int> order = default)
        {
            // By identity, then in policy order; a subject named twice is one entry.
            var entries = IsOrdered(order) ? _ordered.AsSpan(0, _count) : Sorted();
            var count = entries.Length;
            _count = 0;
            if (places.IsEmpty)
            {
                return default;
            }

            var result = new NamespaceBindings(NewData(count, places.Length));
            result.Fill(places, entries, rows, roleRefs);
            return result;
        }

        public void Dispose()
        {
            ArrayPool<ulong>.Shared.Return(_entries);
            ArrayPool<ulong>.Shared.Return(_ordered);
        }

        /// <summary>Puts the entries in an order; true when each comes after the one before, so that every one is there once.</summary>
        private bool IsOrdered(ReadOnlySpan<int> order)
        {
            if (order.Length != _count)
            {
                return false;
            }

            if (_ordered.Length < _count)
            {
                ArrayPool<ulong>.Shared.Return(_ordered);
                _ordered = ArrayPool<ulong>.Shared.Rent(_entries.Length);
            }

            var (entries, ordered) = (_entries, _ordered);
            for (var i = 0; i < order.Length; i++)
            {
                if ((uint)order[i] >= (uint)_count)
                {
                    return false;
                }

                ordered[i] = entries[order[i]];
                if (i > 0 && ordered[i] <= ordered[i - 1])
                {
                    return false;
                }
            }

            return true;
        }

        private Span<ulong> Sorted()
        {
            var entries = _entries.AsSpan(0, _count);
            entries.Sort();
            var count = entries.IsEmpty ? 0 : 1;
            for (var i = 1; i < entries.Length; i++)
            {
                if (entries[i] != entries[i - 1])
                {
                    entries[count++] = entries[i];
                }
            }

            return entries[..count];
        }
    }

    /// <summary>The bindings of one identity with their roles, in policy order.</summary>
    public ref struct IdentityPostings
    {
        private readonly ref int _data;
        private readonly int _identity;
        private readonly int _identities;
        private readonly int _bindings;
        private int _next;

        public IdentityPostings(NamespaceBindings bindings, int identity)
        {
            if (bindings._data is not { } data)
            {
                return;
            }

            _data = ref MemoryMarshal.GetArrayDataReference(data);
            (_identity, _identities, _bindings) = (identity, data[0], data[1]);
            var first = FirstOf(data.AsSpan(Header, _identities), identity);
            _next = first < 0 ? _identities : first;
        }

        public readonly ref readonly Posting Current
        {
            get
            {
                ref var numbers = ref Unsafe.Add(ref _data, Header + _identities + (2 * _bindings));
                var at = _next - 1;
                var number = _bindings > ushort.MaxValue
                    ? Unsafe.Add(ref numbers, at)
                    : Unsafe.Add(ref Unsafe.As<int, ushort>(ref numbers), at);
                return ref Unsafe.As<int, Posting>(ref Unsafe.Add(ref _data, Header + _identities + (2 * number)));
            }
        }

        public readonly IdentityPostings GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next >= _identities || Unsafe.Add(ref _data, Header + _next) != _identity)
            {
                return false;
            }

            _next++;
            return true;
        }
    }
}

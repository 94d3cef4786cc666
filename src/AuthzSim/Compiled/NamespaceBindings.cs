using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AuthzSim.Compiled;

/// <summary>
/// The role bindings of one namespace: all of them in policy order, and by identity. What a check needs of a namespace lies
/// together, so that a user and all groups are found in the same few cache lines.
/// </summary>
internal sealed class NamespaceBindings
{
    private const int ScannedLength = 256;
    private const int IdentitiesPerLine = 16;

    private readonly int[] _identities;
    private readonly Posting[] _postings;

    private NamespaceBindings(int[] bindings, int[] identities, Posting[] postings)
    {
        Bindings = bindings;
        _identities = identities;
        _postings = postings;
    }

    public static NamespaceBindings Empty { get; } = new([], [], []);

    /// <summary>The bindings in policy order.</summary>
    public int[] Bindings { get; }

    /// <summary>The bindings at these places, each under every identity it is for.</summary>
    /// <param name="places">Places of role bindings, in order.</param>
    /// <param name="rows">The role bindings.</param>
    /// <param name="roleRefs">The role references.</param>
    public static NamespaceBindings Of(int[] places, ChunkedArray<BindingRow> rows, ChunkedArray<RoleRefRow> roleRefs)
    {
        var most = 0;
        foreach (var place in places)
        {
            most += rows[place].SubjectCount;
        }

        var rented = ArrayPool<ulong>.Shared.Rent(most);
        var count = 0;
        for (var i = 0; i < places.Length; i++)
        {
            ref readonly var row = ref rows[places[i]];
            foreach (ref readonly var subject in row.SubjectSpan)
            {
                if (subject.MatchesSomebody)
                {
                    rented[count++] = (ulong)(uint)subject.Identity << 32 | (uint)places[i];
                }
            }
        }

        // By identity, then in policy order; a subject named twice is one entry.
        var entries = rented.AsSpan(0, count);
        entries.Sort();
        count = entries.IsEmpty ? 0 : 1;
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i] != entries[i - 1])
            {
                entries[count++] = entries[i];
            }
        }

        var (identities, postings) = (new int[count], new Posting[count]);
        for (var i = 0; i < count; i++)
        {
            var place = (int)(uint)entries[i];
            identities[i] = (int)(entries[i] >> 32);
            postings[i] = new Posting(roleRefs[rows[place].RoleRef].Role, place);
        }

        ArrayPool<ulong>.Shared.Return(rented);
        return new NamespaceBindings(places, identities, postings);
    }

    /// <summary>The postings of an identity, in policy order.</summary>
    public ReadOnlySpan<Posting> PostingsOf(int identity)
    {
        var first = FirstOf(identity);
        if (first < 0)
        {
            return [];
        }

        var end = first + 1;
        while (end < _identities.Length && _identities[end] == identity)
        {
            end++;
        }

        return _postings.AsSpan(first, end - first);
    }

    /// <summary>Brings the identities towards the processor.</summary>
    public unsafe void Prefetch()
    {
        if (Sse.IsSupported)
        {
            ref var first = ref MemoryMarshal.GetArrayDataReference(_identities);
            for (var i = 0; i < Math.Min(_identities.Length, ScannedLength); i += IdentitiesPerLine)
            {
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, i)));
            }
        }
    }

    private int FirstOf(int identity)
    {
        // A scan of neighbours in steps of a vector beats a search that jumps, as long as the list is no longer than usual.
        if (_identities.Length <= ScannedLength)
        {
            return _identities.AsSpan().IndexOf(identity);
        }

        int low = 0, high = _identities.Length;
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (_identities[middle] < identity)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _identities.Length && _identities[low] == identity ? low : -1;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>
/// The verbs a role grants on pairs of (API group, resource), as written, in one array: all pairs in order, then the verbs on
/// each. Most roles have a handful, which lie in one or two cache lines and are compared a vector at a time.
/// </summary>
internal readonly struct RoleGrants
{
    private const int ResourceBits = 20;
    private const int MostResources = (1 << ResourceBits) - 1;
    private const int MostApiGroups = 1 << (32 - ResourceBits);
    private const uint NoPair = uint.MaxValue;
    private const int ScannedLength = 64;
    private const int IntsPerPair = 3;

    private readonly int[] _data;

    private RoleGrants(int[] data) => _data = data;

    /// <summary>How many pairs there are.</summary>
    public int Count => _data.Length / IntsPerPair;

    /// <summary>True when both have ids small enough for a pair of them.</summary>
    public static bool CanPair(int apiGroup, int resource) => (uint)apiGroup < MostApiGroups && (uint)resource < MostResources;

    /// <summary>The union of what is granted on pairs, each given with its verbs; both are put in order here.</summary>
    public static RoleGrants Of(Span<uint> pairs, Span<ulong> verbs)
    {
        if (pairs.IsEmpty)
        {
            return new RoleGrants([]);
        }

        pairs.Sort(verbs);
        var different = 1;
        for (var i = 1; i < pairs.Length; i++)
        {
            if (pairs[i] == pairs[different - 1])
            {
                verbs[different - 1] |= verbs[i];
            }
            else
            {
                (pairs[different], verbs[different]) = (pairs[i], verbs[i]);
                different++;
            }
        }

        var data = new int[different * IntsPerPair];
        MemoryMarshal.Cast<uint, int>(pairs[..different]).CopyTo(data);
        MemoryMarshal.Cast<ulong, int>(verbs[..different]).CopyTo(data.AsSpan(different));
        return new RoleGrants(data);
    }

    /// <summary>The verbs on a pair; none where no rule has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong VerbsOn(int apiGroup, int resource)
    {
        var count = Count;
        var pair = (int)PairOf(apiGroup, resource);
        var pairs = _data.AsSpan(0, count);
        var at = count <= ScannedLength ? pairs.IndexOf(pair) : MemoryMarshal.Cast<int, uint>(pairs).BinarySearch((uint)pair);
        return at < 0 ? 0 : Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<int, byte>(ref _data[count + (2 * at)]));
    }

    /// <summary>The id of the resource of a pair, by its number.</summary>
    public int ResourceAt(int number) => (int)((uint)_data[number] & MostResources);

    /// <summary>Brings the pairs towards the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch()
    {
        if (_data is not null)
        {
            Cache.Prefetch(in MemoryMarshal.GetArrayDataReference(_data));
        }
    }

    /// <summary>A pair as one number, which those have that <see cref="CanPair"/>.</summary>
    public static uint PairOf(int apiGroup, int resource) =>
        CanPair(apiGroup, resource) ? (uint)apiGroup << ResourceBits | (uint)resource : NoPair;
}

namespace AuthzSim.Generation;

/// <summary>What a sequence of random numbers is for; each object has a sequence of its own.</summary>
internal enum FleetStream
{
    ClusterRole = 1,
    Role,
    ClusterRoleBinding,
    RoleBinding,
    Membership,
    Request,
}

/// <summary>
/// Steele, Lea and Flood's SplitMix64. Integers only, so the sequence is the same on every machine and runtime, which
/// <see cref="Random"/> does not promise. One generator per object makes any object reachable without those before it.
/// </summary>
internal sealed class SplitMix64(ulong state)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    public static SplitMix64 For(ulong seed, FleetStream stream, int index) =>
        new(Mix(Mix(seed + ((ulong)stream * Golden)) + (uint)index));

    public ulong Next() => Mix(_state += Golden);

    /// <summary>A number from 0 up to but not including <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>
    /// A rank below <paramref name="bound"/>, about as likely as 1 / (rank + head): Zipf's law, with a head of that many
    /// ranks nearly alike. Draws a power of two, then a number within it, as floating-point powers differ between machines.
    /// </summary>
    public int Skewed(int bound, int head)
    {
        var end = (long)head + bound;
        var octaves = 0;
        while ((long)head << octaves < end)
        {
            octaves++;
        }

        while (true)
        {
            var low = (long)head << Below(octaves);
            var value = low + (long)Math.BigMul(Next(), (ulong)low, out _);
            if (value < end)
            {
                return (int)(value - head);
            }
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

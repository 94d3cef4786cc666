using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Keeps what was made of bytes that come again: a table of fixed size in which a key may stand in two places and the newest
/// one wins. Where there is no room left, what comes only once is not kept, since copying it would cost more than it saves. The
/// hash is seeded, since logs repeat what clients sent. Threads may share one: a slot is one reference to something immutable.
/// </summary>
internal sealed class ByteKeyedCache<T>(int slots)
    where T : class
{
    private const int LongestKey = 4096;

    // Many more than slots, so that what comes again is hardly ever driven out before it does.
    private const int SeenPerSlot = 4;

    private readonly long _seed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly Entry?[] _slots = new Entry?[slots];
    private readonly uint[] _seenOnce = new uint[slots * SeenPerSlot];

    /// <summary>What was kept for a key, or null; then <paramref name="hash"/> is what to <see cref="Put"/> it under.</summary>
    public T? Find(ReadOnlySpan<byte> key, out ulong hash)
    {
        hash = XxHash3.HashToUInt64(key, _seed);
        var slot = SlotOf(hash);
        if (_slots[slot] is { } here && key.SequenceEqual(here.Key))
        {
            return here.Value;
        }

        return _slots[slot ^ 1] is { } there && key.SequenceEqual(there.Key) ? there.Value : null;
    }

    /// <summary>
    /// Keeps a value for which there is room, or whose key comes for the second time: it drives out the older one of the two that
    /// may be there.
    /// </summary>
    public T Put(ulong hash, ReadOnlySpan<byte> key, T value)
    {
        var slot = SlotOf(hash);
        ref var seen = ref _seenOnce[(int)(hash & (ulong)(_seenOnce.Length - 1))];
        if (_slots[slot] is not null && seen != (uint)(hash >> 32))
        {
            seen = (uint)(hash >> 32);
        }
        else if (key.Length <= LongestKey)
        {
            _slots[slot ^ 1] = _slots[slot];
            _slots[slot] = new Entry(key.ToArray(), value);
        }

        return value;
    }

    private int SlotOf(ulong hash) => (int)(hash & (ulong)(_slots.Length - 1));

    private sealed record Entry(byte[] Key, T Value);
}

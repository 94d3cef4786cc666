using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Keeps what was made of bytes that come again: a table of fixed size in which a key may stand in two places and the newest
/// one wins. The hash is seeded, since logs repeat what clients sent.
/// </summary>
internal sealed class ByteKeyedCache<T>(int slots)
    where T : class
{
    private const int LongestKey = 4096;

    private readonly long _seed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly (byte[] Key, T Value)[] _slots = new (byte[], T)[slots];

    /// <summary>What was kept for a key, or null; then <paramref name="slot"/> is where to <see cref="Put"/> it.</summary>
    public T? Find(ReadOnlySpan<byte> key, out int slot)
    {
        slot = (int)(XxHash3.HashToUInt64(key, _seed) & (ulong)(_slots.Length - 1));
        if (_slots[slot] is { Key: { } first } here && key.SequenceEqual(first))
        {
            return here.Value;
        }

        return _slots[slot ^ 1] is { Key: { } second } there && key.SequenceEqual(second) ? there.Value : null;
    }

    /// <summary>Keeps a value, which drives out the older one of the two that may be there.</summary>
    public T Put(int slot, ReadOnlySpan<byte> key, T value)
    {
        if (key.Length <= LongestKey)
        {
            _slots[slot ^ 1] = _slots[slot];
            _slots[slot] = (key.ToArray(), value);
        }

        return value;
    }
}

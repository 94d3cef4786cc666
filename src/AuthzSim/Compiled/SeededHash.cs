using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>
/// A fast hash of text, seeded per process: names come from outside, so nobody may be able to choose colliding ones.
/// </summary>
internal static class SeededHash
{
    private static readonly ulong _seed = Secret();
    private static readonly ulong _low = Secret() | 1;
    private static readonly ulong _high = Secret() | 1;

    public static uint Of(ReadOnlySpan<char> text)
    {
        ref var start = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(text));
        var length = text.Length * sizeof(char);
        var hash = _seed ^ (ulong)length;
        if (length > 32)
        {
            return OfLong(ref start, length, hash);
        }

        // Every length reads a first and a last part, which may overlap: no byte-wise tail, and the products are independent.
        if (length > 16)
        {
            return Fold(Mix(Read64(ref start, 0) ^ _low, Read64(ref start, 8) ^ hash)
                ^ Mix(Read64(ref start, length - 16) ^ _high, Read64(ref start, length - 8) ^ hash));
        }

        if (length >= 8)
        {
            return Fold(Mix(Read64(ref start, 0) ^ _low, Read64(ref start, length - 8) ^ hash));
        }

        var tail = length >= 4
            ? (ulong)Read32(ref start, 0) << 32 | Read32(ref start, length - 4)
            : length == 2 ? Unsafe.ReadUnaligned<ushort>(ref start) : 0UL;
        return Fold(Mix(tail ^ _low, hash ^ _high));
    }

    private static uint OfLong(ref byte start, int length, ulong hash)
    {
        var other = hash;
        var offset = 0;
        for (; offset < length - 32; offset += 32)
        {
            hash = Mix(Read64(ref start, offset) ^ _low, Read64(ref start, offset + 8) ^ hash);
            other = Mix(Read64(ref start, offset + 16) ^ _high, Read64(ref start, offset + 24) ^ other);
        }

        return Fold(Mix(Read64(ref start, length - 32) ^ _low, Read64(ref start, length - 24) ^ hash)
            ^ Mix(Read64(ref start, length - 16) ^ _high, Read64(ref start, length - 8) ^ other));
    }

    private static uint Fold(ulong hash) => (uint)(hash ^ (hash >> 32));

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong Read64(ref byte start, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));

    private static uint Read32(ref byte start, int offset) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, offset));

    /// <summary>Some sixty secret bits. A GUID's come from the system's generator, without loading a cryptography library.</summary>
    private static ulong Secret() => MemoryMarshal.Read<ulong>(Guid.NewGuid().ToByteArray());
}

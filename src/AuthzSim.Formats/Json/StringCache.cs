using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AuthzSim.Formats.Json;

/// <summary>
/// Gives repeated strings one instance without allocating: a fixed table in which the newest string of a slot wins, so it
/// never grows. The hash is seeded, since names come from outside.
/// </summary>
internal sealed class StringCache
{
    private const int Size = 1 << 13;
    private const int LongestKept = 64;

    private readonly string?[] _slots = new string?[Size];
    private readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > LongestKept)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var slot = ref _slots[Slot(utf8)];
        if (slot is not null && slot.Length == utf8.Length && Ascii.Equals(utf8, slot))
        {
            return slot;
        }

        return slot = Encoding.UTF8.GetString(utf8);
    }

    private int Slot(ReadOnlySpan<byte> utf8)
    {
        var hash = _seed ^ (ulong)utf8.Length;
        while (utf8.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8));
            utf8 = utf8[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var b in utf8)
        {
            rest = (rest << 8) | b;
        }

        return (int)(Mix(hash ^ rest) >> 40) & (Size - 1);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E37_79B9_7F4A_7C15;
        return BitOperations.RotateLeft(value, 29) ^ value;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AuthzSim.Formats.Json;

/// <summary>
/// Gives repeated strings one instance without allocating: a table in which a text may stand in two places and the newest one
/// wins. It grows while texts drive each other out, to a size that holds the names of a large policy and no further. The hash
/// is seeded, since names come from outside.
/// </summary>
internal sealed class StringCache
{
    private const int FirstSize = 1 << 12;
    private const int LargestSize = 1 << 16;
    private const int LongestKept = 64;

    private readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private string?[] _slots = new string?[FirstSize];
    private int _drivenOut;

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

        var hash = Hash(utf8);
        ref var slot = ref SlotAt(hash);
        if (Is(slot, utf8))
        {
            return slot!;
        }

        ref var other = ref SlotAt(hash ^ 1);
        if (Is(other, utf8))
        {
            return other!;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (other is not null && ++_drivenOut == _slots.Length / 4 && _slots.Length < LargestSize)
        {
            Grow();
            SlotAt(hash) = text;
            return text;
        }

        (other, slot) = (slot, text);
        return text;
    }

    private static bool Is(string? slot, ReadOnlySpan<byte> utf8) =>
        slot is not null && slot.Length == utf8.Length && Ascii.Equals(utf8, slot);

    private ref string? SlotAt(int hash) => ref _slots[hash & (_slots.Length - 1)];

    /// <summary>Texts move along, so that they keep their one instance.</summary>
    private void Grow()
    {
        var old = _slots;
        (_slots, _drivenOut) = (new string?[old.Length * 4], 0);
        Span<byte> utf8 = stackalloc byte[LongestKept];
        foreach (var text in old)
        {
            if (text is not null && Encoding.UTF8.TryGetBytes(text, utf8, out var length))
            {
                SlotAt(Hash(utf8[..length])) = text;
            }
        }
    }

    private int Hash(ReadOnlySpan<byte> utf8)
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

        return (int)(Mix(hash ^ rest) >> 40);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E37_79B9_7F4A_7C15;
        return BitOperations.RotateLeft(value, 29) ^ value;
    }
}

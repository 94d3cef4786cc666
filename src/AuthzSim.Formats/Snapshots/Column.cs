using System.Buffers.Binary;
using MessagePack;

namespace AuthzSim.Formats.Snapshots;

/// <summary>
/// A column of integers as MessagePack binary: a byte that says how, and the integers in as few bytes as the largest needs,
/// or their differences where these need fewer. All zeros take no bytes, except in an anchor: an anchor has at least a byte
/// a row, so that what a reader allocates follows the bytes there are.
/// </summary>
internal readonly struct Column
{
    private const int Differences = 0x10;

    private readonly ReadOnlyMemory<byte> _bytes;

    private Column(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    private int Width => _bytes.Span[0] & ~Differences;

    public static void Write(ref MessagePackWriter writer, scoped ReadOnlySpan<int> values, bool isAnchor)
    {
        uint all = 0, differences = 0;
        var previous = 0;
        foreach (var value in values)
        {
            all |= (uint)value;
            differences |= ZigZag(unchecked(value - previous));
            previous = value;
        }

        var least = isAnchor ? 1 : 0;
        var isDifference = Math.Max(WidthOf(differences), least) < Math.Max(WidthOf(all), least);
        var width = Math.Max(WidthOf(isDifference ? differences : all), least);
        var length = checked(1 + (values.Length * width));
        writer.WriteBinHeader(length);
        var span = writer.GetSpan(length);
        span[0] = (byte)(isDifference ? width | Differences : width);
        previous = 0;
        for (var i = 0; i < values.Length; i++)
        {
            Put(span[(1 + (i * width))..], width, isDifference ? ZigZag(unchecked(values[i] - previous)) : (uint)values[i]);
            previous = values[i];
        }

        writer.Advance(length);
    }

    /// <exception cref="InvalidDataException">This is no column.</exception>
    public static Column Read(ref MessagePackReader reader)
    {
        var bytes = Bytes.Read(ref reader);
        return !bytes.IsEmpty && (bytes.Span[0] & ~Differences) is 0 or 1 or 2 or 4
            ? new Column(bytes)
            : throw new InvalidDataException("a column has no known form");
    }

    /// <summary>How many integers there are in an anchor.</summary>
    /// <exception cref="InvalidDataException">The column is no anchor.</exception>
    public int AnchorCount() => Width > 0 && (_bytes.Length - 1) % Width == 0
        ? (_bytes.Length - 1) / Width
        : throw new InvalidDataException("a column that counts rows has no rows");

    /// <summary>True of a column that takes no bytes: all its integers are 0.</summary>
    public bool IsZero => Width == 0 && _bytes.Length == 1;

    /// <exception cref="InvalidDataException">There are not as many integers.</exception>
    public int[] ToArray(int count)
    {
        if (_bytes.Length - 1 != (long)count * Width)
        {
            throw new InvalidDataException("a column has not as many rows as its table");
        }

        var values = new int[count];
        CopyTo(values);
        return values;
    }

    /// <summary>Puts integers into a place for as many.</summary>
    /// <exception cref="InvalidDataException">There are not as many integers.</exception>
    public void CopyTo(Span<int> values)
    {
        var width = Width;
        if (_bytes.Length - 1 != (long)values.Length * width)
        {
            throw new InvalidDataException("a column has not as many rows as its table");
        }

        var bytes = _bytes.Span[1..];
        switch (width)
        {
            case 0:
                values.Clear();
                break;
            case 1:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = bytes[i];
                }

                break;
            case 2:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..]);
                }

                break;
            case 4:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]);
                }

                break;
        }

        if ((_bytes.Span[0] & Differences) != 0)
        {
            var value = 0;
            foreach (ref var difference in values)
            {
                value = unchecked(value + (int)((uint)difference >> 1 ^ (uint)-(difference & 1)));
                difference = value;
            }
        }
    }

    private static int WidthOf(uint bits) => bits switch { 0 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, _ => 4 };

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static void Put(Span<byte> place, int width, uint value)
    {
        switch (width)
        {
            case 1:
                place[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(place, value);
                break;
        }
    }
}

/// <summary>MessagePack binary without a copy.</summary>
internal static class Bytes
{
    /// <exception cref="InvalidDataException">There is nil instead.</exception>
    public static ReadOnlyMemory<byte> Read(ref MessagePackReader reader) => reader.ReadBytes() is { IsSingleSegment: true } bytes
        ? bytes.First
        : throw new InvalidDataException("bytes are missing");
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AuthzSim.Formats.Json;

/// <summary>Where the lexemes of a JSON text end. Of what is wrong, and of the few right ones that are rare, it says -1.</summary>
internal static class JsonLexemes
{
    /// <summary>The next byte that is no blank, which the index is moved to; 0 at the end.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="i">Where to look from.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextByte(ReadOnlySpan<byte> bytes, ref int i)
    {
        for (; (uint)i < (uint)bytes.Length; i++)
        {
            var c = bytes[i];
            if (c > ' ' || c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return c;
            }
        }

        return 0;
    }

    /// <summary>Behind the last quote of a string.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="i">Where its first quote is.</param>
    /// <param name="isEscaped">True when there are escapes in it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfString(ReadOnlySpan<byte> bytes, int i, out bool isEscaped)
    {
        isEscaped = false;
        i = EndOfPlain(bytes, i + 1);
        return (uint)i < (uint)bytes.Length && bytes[i] == '"' ? i + 1 : EndOfEscaped(bytes, i, out isEscaped);
    }

    /// <summary>Behind a number without a fraction or an exponent: those are rare where speed matters.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="i">Where the number begins.</param>
    public static int EndOfNumber(ReadOnlySpan<byte> bytes, int i)
    {
        var digits = i < bytes.Length && bytes[i] == '-' ? i + 1 : i;
        var end = digits;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        var isNumber = end > digits && end < bytes.Length && (bytes[digits] != '0' || end == digits + 1) && ",}] \t\r\n"u8.Contains(bytes[end]);
        return isNumber ? end : -1;
    }

    /// <summary>Behind <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="i">Where it begins.</param>
    /// <param name="literal">Which of them.</param>
    public static int EndOfLiteral(ReadOnlySpan<byte> bytes, int i, ReadOnlySpan<byte> literal) =>
        bytes[i..].StartsWith(literal) ? i + literal.Length : -1;

    private static int EndOfEscaped(ReadOnlySpan<byte> bytes, int i, out bool isEscaped)
    {
        isEscaped = true;
        while (i < bytes.Length)
        {
            if (bytes[i] == '"')
            {
                return i + 1;
            }

            var length = bytes[i] == '\\' ? EscapeLength(bytes[(i + 1)..]) : 0;
            if (length == 0)
            {
                return -1;
            }

            i = EndOfPlain(bytes, i + 1 + length);
        }

        return -1;
    }

    /// <summary>Where the next quote, backslash or control character is, or the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfPlain(ReadOnlySpan<byte> bytes, int i)
    {
        while (i <= bytes.Length - Vector128<byte>.Count)
        {
            var block = Vector128.Create(bytes.Slice(i, Vector128<byte>.Count));
            var found = (Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)' '))).ExtractMostSignificantBits();
            if (found != 0)
            {
                return i + BitOperations.TrailingZeroCount(found);
            }

            i += Vector128<byte>.Count;
        }

        while (i < bytes.Length && bytes[i] is not ((byte)'"' or (byte)'\\' or < (byte)' '))
        {
            i++;
        }

        return i;
    }

    /// <summary>How many bytes belong to an escape after its backslash; 0 when it is none.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (rest[0] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(rest[0]) ? 1 : 0;
        }

        const int WithDigits = 5;
        return rest.Length >= WithDigits && char.IsAsciiHexDigit((char)rest[1]) && char.IsAsciiHexDigit((char)rest[2])
            && char.IsAsciiHexDigit((char)rest[3]) && char.IsAsciiHexDigit((char)rest[4]) ? WithDigits : 0;
    }
}

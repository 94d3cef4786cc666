namespace AuthzSim.Formats.Audit;

/// <summary>What of a URL's query a request's name can depend on: which fields it selects, and whether it can be read at all.</summary>
internal static class UrlSelection
{
    /// <summary>The most bytes that a selection is longer than its query.</summary>
    public const int MostAdded = 1;

    // So long a number is surely one of 64 bits.
    private const int MostDigits = 18;

    private const byte Delete = 0x7f;

    /// <summary>As Go writes it.</summary>
    private static ReadOnlySpan<byte> EscapedAmpersand => "\\u0026"u8;

    /// <summary>
    /// Writes those pairs of a query that may play a part: the same for queries that mean the same, and nothing when no fields
    /// are selected. False when the query has to be read as a whole.
    /// </summary>
    /// <param name="query">The query as it stands in JSON.</param>
    /// <param name="selection">Where to write; must have room for the query and <see cref="MostAdded"/> more.</param>
    /// <param name="length">How much was written.</param>
    public static bool TryWrite(ReadOnlySpan<byte> query, Span<byte> selection, out int length)
    {
        length = 0;
        if (query.Contains(Delete))
        {
            return false;
        }

        var selects = false;
        while (true)
        {
            var end = query.IndexOfAny((byte)'&', (byte)'\\');
            var pair = end < 0 ? query : query[..end];
            var equals = pair.IndexOf((byte)'=');
            var key = equals < 0 ? pair : pair[..equals];
            var isOdd = key.ContainsAny((byte)'%', (byte)'+');
            selects |= isOdd || key.SequenceEqual("fieldSelector"u8);
            if (isOdd || IsRead(key))
            {
                // A query has no NUL: what is written can be told apart again. Which number it is plays no part.
                selection[length] = length == 0 ? (byte)0 : (byte)'&';
                var isNumber = IsNumber(key, pair[key.Length..]);
                var kept = isNumber ? key : pair;
                kept.CopyTo(selection[(length + 1)..]);
                length += 1 + kept.Length;
                if (isNumber)
                {
                    "=0"u8.CopyTo(selection[length..]);
                    length += 2;
                }
            }

            if (end < 0)
            {
                length = selects ? length : 0;
                return true;
            }

            var isEscape = query[end] == '\\';
            if (isEscape && !query[end..].StartsWith(EscapedAmpersand))
            {
                return false;
            }

            query = query[(end + (isEscape ? EscapedAmpersand.Length : 1))..];
        }
    }

    private static bool IsRead(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("limit"u8) || key.SequenceEqual("timeoutSeconds"u8) || key.SequenceEqual("labelSelector"u8) || key.SequenceEqual("fieldSelector"u8);

    private static bool IsNumber(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        (key.SequenceEqual("limit"u8) || key.SequenceEqual("timeoutSeconds"u8))
        && value.Length is > 1 and <= MostDigits + 1 && !value[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}

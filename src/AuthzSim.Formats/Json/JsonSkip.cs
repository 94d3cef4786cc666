namespace AuthzSim.Formats.Json;

/// <summary>Goes past values that nobody asks for, and sees that they are JSON all the same.</summary>
internal static class JsonSkip
{
    /// <summary>The deepest nesting, as that of <see cref="System.Text.Json.Utf8JsonReader"/>.</summary>
    public const int DeepestLevel = 64;

    /// <summary>
    /// Behind the bracket that closes an object or list; -1 when something in it is wrong or, as <see cref="JsonLexemes"/> has it,
    /// rare.
    /// </summary>
    /// <param name="bytes">The text.</param>
    /// <param name="i">Behind its opening bracket.</param>
    /// <param name="depth">How many objects and lists are open, itself among them.</param>
    /// <param name="isObject">True for an object, false for a list.</param>
    public static int EndOfContainer(ReadOnlySpan<byte> bytes, int i, int depth, bool isObject)
    {
        // A bit a level within this one, itself the lowest: set for an object.
        var levels = isObject ? 1UL : 0;
        var open = 1;
        var canClose = true;
        while (true)
        {
            var c = JsonLexemes.NextByte(bytes, ref i);
            if (!canClose || c != Closer(levels))
            {
                if ((levels & 1) != 0)
                {
                    if (c != '"' || (i = JsonLexemes.EndOfString(bytes, i, out _)) < 0 || JsonLexemes.NextByte(bytes, ref i) != ':')
                    {
                        return -1;
                    }

                    i++;
                    c = JsonLexemes.NextByte(bytes, ref i);
                }

                if (c is '{' or '[')
                {
                    if (depth + open > DeepestLevel)
                    {
                        return -1;
                    }

                    (levels, canClose) = ((levels << 1) | (c == '{' ? 1UL : 0), true);
                    open++;
                    i++;
                    continue;
                }

                i = EndOfScalar(bytes, i, c);
                if (i < 0)
                {
                    return -1;
                }

                c = JsonLexemes.NextByte(bytes, ref i);
            }

            for (; c == Closer(levels); c = JsonLexemes.NextByte(bytes, ref i))
            {
                i++;
                levels >>= 1;
                if (--open == 0)
                {
                    return i;
                }
            }

            if (c != ',')
            {
                return -1;
            }

            i++;
            canClose = false;
        }
    }

    private static int Closer(ulong levels) => (levels & 1) != 0 ? '}' : ']';

    private static int EndOfScalar(ReadOnlySpan<byte> bytes, int i, int c) => c switch
    {
        '"' => JsonLexemes.EndOfString(bytes, i, out _),
        't' => JsonLexemes.EndOfLiteral(bytes, i, "true"u8),
        'f' => JsonLexemes.EndOfLiteral(bytes, i, "false"u8),
        'n' => JsonLexemes.EndOfLiteral(bytes, i, "null"u8),
        _ => JsonLexemes.EndOfNumber(bytes, i),
    };
}

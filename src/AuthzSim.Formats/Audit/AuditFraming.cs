using System.Buffers;
using System.Text.Json;

namespace AuthzSim.Formats.Audit;

/// <summary>Tells JSON Lines from JSON in another layout by how an input begins.</summary>
internal static class AuditFraming
{
    /// <summary>How many bytes of the beginning are looked at.</summary>
    public const int HeadSize = 1 << 16;

    /// <summary>Blanks and the bytes of a byte order mark.</summary>
    private static readonly SearchValues<byte> _blankBytes = SearchValues.Create([.. " \t\r\n"u8, 0xEF, 0xBB, 0xBF]);

    /// <summary>True for JSON Lines.</summary>
    /// <param name="head">The beginning, or all.</param>
    public static bool IsLines(ReadOnlySpan<byte> head)
    {
        var start = head.IndexOfAnyExcept(_blankBytes);
        if (start < 0 || head[start] != '{')
        {
            return start < 0 || head[start] != '[';
        }

        var rest = head[start..];
        var newline = rest.IndexOf((byte)'\n');
        var (isComplete, hasItems) = Walk(newline < 0 ? rest : rest[..newline]);
        if (isComplete || newline < 0)
        {
            return isComplete || !hasItems;
        }

        // A line cut off in the middle is followed by another one; an object spread over lines goes on with a field.
        var next = rest[newline..].TrimStart("\r\n"u8);
        return !hasItems && next.Length > 0 && next[0] == '{';
    }

    /// <summary>Whether a value ends, or goes wrong, in these bytes, and whether it has a field <c>items</c>.</summary>
    private static (bool IsComplete, bool HasItems) Walk(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            reader.Read();
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndObject)
                {
                    return (true, false);
                }

                if (reader.ValueTextEquals("items"u8))
                {
                    return (reader.TrySkip() && reader.Read(), true);
                }

                if (!reader.TrySkip())
                {
                    break;
                }
            }

            return (false, false);
        }
        catch (JsonException)
        {
            return (true, false);
        }
    }
}

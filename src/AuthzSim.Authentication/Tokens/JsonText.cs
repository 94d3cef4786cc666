using System.Text;

namespace AuthzSim.Authentication.Tokens;

/// <summary>The text of a JSON string as Go reads it: whatever is not Unicode becomes U+FFFD, byte by byte.</summary>
internal static class JsonText
{
    /// <summary>Decodes what stands between the quotes of a string whose syntax was checked.</summary>
    public static string Unquote(ReadOnlySpan<byte> quoted)
    {
        if (quoted.IndexOf((byte)'\\') < 0 && System.Text.Unicode.Utf8.IsValid(quoted))
        {
            return Encoding.UTF8.GetString(quoted);
        }

        var text = new StringBuilder(quoted.Length);
        while (!quoted.IsEmpty)
        {
            quoted = quoted[0] == '\\' ? Escape(quoted, text) : Plain(quoted, text);
        }

        return text.ToString();
    }

    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        if (Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            text.Append(rune.ToString());
            return rest[length..];
        }

        text.Append('\uFFFD');
        return rest[1..];
    }

    private static ReadOnlySpan<byte> Escape(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        if (rest[1] != 'u')
        {
            text.Append((char)rest[1] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
            return rest[2..];
        }

        var unit = Unit(rest)!.Value;
        rest = rest[6..];
        if (!char.IsSurrogate(unit))
        {
            text.Append(unit);
        }
        else if (Unit(rest) is { } second && char.IsSurrogatePair(unit, second))
        {
            text.Append(unit).Append(second);
            rest = rest[6..];
        }
        else
        {
            text.Append('\uFFFD');
        }

        return rest;
    }

    private static char? Unit(ReadOnlySpan<byte> rest) =>
        rest.Length >= 6 && rest[0] == '\\' && rest[1] == 'u'
        && ushort.TryParse(rest[2..6], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : null;
}

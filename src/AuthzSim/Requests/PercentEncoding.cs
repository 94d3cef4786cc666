using System.Globalization;
using System.Text;

namespace AuthzSim.Requests;

/// <summary>Percent-encoding as Go's <c>net/url</c> does it: on UTF-8 bytes.</summary>
public static class PercentEncoding
{
    /// <summary>Decodes a path segment (<c>url.PathUnescape</c>); text with a bad escape stays as it is.</summary>
    /// <param name="text">The encoded text; <c>+</c> is itself.</param>
    public static string DecodeOrKeep(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryDecode(text, plusIsSpace: false, out var decoded, out _) ? decoded : text;
    }

    /// <summary>
    /// Decodes; false at an escape without two hex digits, which is then <paramref name="badEscape"/>. Bytes that are no UTF-8
    /// become U+FFFD, where Go would keep them.
    /// </summary>
    internal static bool TryDecode(string text, bool plusIsSpace, out string decoded, out string badEscape)
    {
        (decoded, badEscape) = (text, "");
        if (!text.AsSpan().ContainsAny('%', '+'))
        {
            return true;
        }

        var encoded = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                bytes[length++] = plusIsSpace && encoded[i] == '+' ? (byte)' ' : encoded[i];
                continue;
            }

            if (i + 2 >= encoded.Length
                || !byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
            {
                badEscape = Encoding.UTF8.GetString(encoded.AsSpan(i, Math.Min(3, encoded.Length - i)));
                return false;
            }

            length++;
            i += 2;
        }

        decoded = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        return true;
    }

    /// <summary>Encodes a path the way Go does when it has no better form: <c>shouldEscape(c, encodePath)</c>.</summary>
    internal static string EncodePath(string path)
    {
        var builder = new StringBuilder(path.Length);
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            if (IsPlainInPath((char)b))
            {
                builder.Append((char)b);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return builder.ToString();
    }

    /// <summary>True when Go would keep this encoded path as it was written: <c>validEncoded</c>.</summary>
    internal static bool IsValidEncodedPath(string path)
    {
        foreach (var c in path)
        {
            if (!IsPlainInPath(c) && c is not ('!' or '\'' or '(' or ')' or '*' or '[' or ']' or '%'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlainInPath(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '$' or '&' or '+' or ',' or '/' or ':' or ';' or '=' or '@';
}

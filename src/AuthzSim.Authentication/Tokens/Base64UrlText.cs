using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// Base64 with the URL alphabet and without padding, read as Go's <c>base64.RawURLEncoding</c> reads it: line breaks are
/// skipped, padding is refused, and the bits left over in the last character may be anything.
/// </summary>
internal static class Base64UrlText
{
    private const byte Invalid = 0xff;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> _alphabet = SearchValues.Create(Alphabet);
    private static readonly byte[] _values = Values();

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes) =>
        text.ContainsAnyExcept(_alphabet) ? TryDecodeSlowly(text, out bytes) : TryDecodePlain(text, out bytes);

    /// <summary>Decodes text in which nothing is to be skipped or refused: whole groups of four, then what is left over.</summary>
    private static bool TryDecodePlain(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var tail = text[(text.Length & ~3)..];
        if (tail.Length == 1)
        {
            return false;
        }

        bytes = new byte[text.Length * 3 / 4];
        var written = Base64Url.DecodeFromChars(text[..^tail.Length], bytes);
        for (var i = 1; i < tail.Length; i++)
        {
            bytes[written + i - 1] = (byte)((_values[tail[i - 1]] << (2 * i)) | (_values[tail[i]] >> (6 - (2 * i))));
        }

        return true;
    }

    private static bool TryDecodeSlowly(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var buffer = new byte[(text.Length * 3 / 4) + 1];
        var (written, bits, count) = (0, 0u, 0);
        bytes = [];
        foreach (var c in text)
        {
            if (c is '\r' or '\n')
            {
                continue;
            }

            var value = c < _values.Length ? _values[c] : Invalid;
            if (value == Invalid)
            {
                return false;
            }

            bits = (bits << 6) | value;
            if (++count % 4 != 1)
            {
                buffer[written++] = (byte)(bits >> (6 - (2 * ((count - 1) % 4))));
            }
        }

        if (count % 4 == 1)
        {
            return false;
        }

        bytes = buffer.Length == written ? buffer : buffer[..written];
        return true;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static byte[] Values()
    {
        var values = new byte[128];
        Array.Fill(values, Invalid);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (byte)i;
        }

        return values;
    }
}

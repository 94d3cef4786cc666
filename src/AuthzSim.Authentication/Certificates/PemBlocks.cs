using System.Buffers.Text;
using System.Text;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Finds PEM blocks as the server does, which passes over what is malformed (upstream: Go's <c>encoding/pem.Decode</c>). Takes
/// time in proportion to the text.
/// </summary>
internal static class PemBlocks
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "\n-----END "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>The contents of the blocks of type CERTIFICATE without headers, in order.</summary>
    public static List<byte[]> ReadCertificates(ReadOnlySpan<byte> text)
    {
        var found = new List<byte[]>();
        while (text.IndexOf(End) is >= 0 and var end)
        {
            var begin = text[..end].LastIndexOf(Begin);
            var next = end + End.Length;
            if (begin == 0 || (begin > 0 && text[begin - 1] == '\n'))
            {
                next = ReadBlock(text, begin + Begin.Length, end, found);
            }

            text = text[next..];
        }

        return found;
    }

    /// <summary>Reads the block whose type begins at a place; answers where to look for the next one.</summary>
    private static int ReadBlock(ReadOnlySpan<byte> text, int typeStart, int end, List<byte[]> found)
    {
        var skip = end + End.Length;
        var typeLine = Line(text[typeStart..], out var consumed);
        if (!typeLine.EndsWith(Dashes))
        {
            return skip;
        }

        var type = typeLine[..^Dashes.Length];
        var body = typeStart + consumed;
        var hasHeaders = false;
        while (body <= end && Line(text[body..], out consumed).Contains((byte)':'))
        {
            hasHeaders = true;
            body += consumed;
        }

        // A block without contents ends on its first line; its line break belongs to the type's line.
        var isEmpty = !hasHeaders && text[body..].StartsWith(End[1..]);
        var contentEnd = isEmpty ? body : end;
        var trailer = text[(isEmpty ? body + End.Length - 1 : skip)..];
        if (contentEnd < body || !trailer.StartsWith(type) || !trailer[type.Length..].StartsWith(Dashes)
            || Line(trailer[(type.Length + Dashes.Length)..], out consumed).Length > 0)
        {
            return skip;
        }

        if (TryDecode(text[body..contentEnd], out var content) && !hasHeaders && type.SequenceEqual("CERTIFICATE"u8))
        {
            found.Add(content);
        }

        return skip;
    }

    /// <summary>The line without the white space at its end.</summary>
    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text, out int consumed)
    {
        var end = text.IndexOf((byte)'\n');
        consumed = end < 0 ? text.Length : end + 1;
        return (end < 0 ? text : text[..end]).TrimEnd(" \t\r"u8);
    }

    private static bool TryDecode(ReadOnlySpan<byte> body, out byte[] content)
    {
        content = [];
        var packed = new byte[body.Length];
        var length = 0;
        foreach (var octet in body)
        {
            if (octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                packed[length++] = octet;
            }
        }

        if (!Base64.IsValid(packed.AsSpan(0, length)))
        {
            return false;
        }

        content = Convert.FromBase64String(Encoding.ASCII.GetString(packed, 0, length));
        return true;
    }
}

using System.Buffers.Text;
using System.Text;

namespace AuthzSim.Authentication;

/// <summary>
/// A block of a PEM text, found as the server finds it, which passes over what is malformed (upstream: Go's
/// <c>encoding/pem.Decode</c>). Takes time in proportion to the text.
/// </summary>
/// <param name="Label">What stands after <c>BEGIN</c>.</param>
/// <param name="HasHeaders">True when lines with a colon stand before the contents.</param>
/// <param name="Der">The decoded bytes.</param>
internal readonly record struct PemBlock(string Label, bool HasHeaders, byte[] Der)
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "\n-----END "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>True for a block of type CERTIFICATE.</summary>
    public bool IsCertificate => Label == "CERTIFICATE";

    /// <summary>All well-formed blocks of a text, in order; anything between them is skipped.</summary>
    public static List<PemBlock> ReadAll(string text) => ReadAll(Encoding.UTF8.GetBytes(text));

    /// <summary>All well-formed blocks of a text, in order; anything between them is skipped.</summary>
    public static List<PemBlock> ReadAll(ReadOnlySpan<byte> text)
    {
        var found = new List<PemBlock>();
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
    private static int ReadBlock(ReadOnlySpan<byte> text, int typeStart, int end, List<PemBlock> found)
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

        if (TryDecode(text[body..contentEnd], out var content))
        {
            found.Add(new PemBlock(Encoding.UTF8.GetString(type), hasHeaders, content));
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

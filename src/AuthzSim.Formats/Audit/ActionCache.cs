using System.Text;
using AuthzSim.Audit;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Reads actions off URLs, once for each path and verb: the rest of a URL plays a part only where it selects fields. Works on
/// texts as they stand in the JSON, escapes and all.
/// </summary>
internal sealed class ActionCache(ByteKeyedCache<AuditedAction> actions)
{
    private const int LongestPath = 1024;
    private const int LongestVerb = 64;

    private const byte Delete = 0x7f;

    private readonly byte[] _key = new byte[LongestVerb + 1 + LongestPath];

    /// <summary>As Go writes it.</summary>
    private static ReadOnlySpan<byte> EscapedAmpersand => "\\u0026"u8;

    /// <summary>The action; null when the URL says nothing.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="rawUri">The URL as it stands in the JSON.</param>
    /// <param name="uri">The same, unescaped.</param>
    public AuditedAction? Get(string verb, ReadOnlySpan<byte> rawUri, string uri)
    {
        var question = rawUri.IndexOf((byte)'?');
        var path = question < 0 ? rawUri : rawUri[..question];
        var length = 0;
        var isPlain = path.Length <= LongestPath && !path.Contains((byte)'\\')
            && (question < 0 || IsOfNoAccount(rawUri[(question + 1)..]))
            && Encoding.UTF8.TryGetBytes(verb, _key.AsSpan(0, LongestVerb), out length);
        if (!isPlain)
        {
            return AuditedAction.OfUri(verb, uri);
        }

        // JSON escapes a NUL, so that there is none in a path: no two pairs make one key.
        _key[length++] = 0;
        path.CopyTo(_key.AsSpan(length));
        var key = _key.AsSpan(0, length + path.Length);
        if (actions.Find(key, out var hash) is { } known)
        {
            return known;
        }

        return AuditedAction.OfUri(verb, uri) is { } action ? actions.Put(hash, key, action) : null;
    }

    /// <summary>True when a query certainly changes nothing: it selects no fields, and is no malformed URL.</summary>
    private static bool IsOfNoAccount(ReadOnlySpan<byte> query)
    {
        if (query.Contains(Delete))
        {
            return false;
        }

        while (true)
        {
            var end = query.IndexOfAny((byte)'&', (byte)'\\');
            var pair = end < 0 ? query : query[..end];
            var equals = pair.IndexOf((byte)'=');
            var key = equals < 0 ? pair : pair[..equals];
            if (key.SequenceEqual("fieldSelector"u8) || key.ContainsAny((byte)'%', (byte)'+'))
            {
                return false;
            }

            if (end < 0)
            {
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
}

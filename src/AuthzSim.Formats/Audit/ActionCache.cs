using System.Buffers;
using System.Text;
using AuthzSim.Audit;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Reads actions off URLs, once for each path and verb: the rest of a URL plays a part only where it selects fields. Works on
/// texts as they stand in the JSON, escapes and all.
/// </summary>
internal sealed class ActionCache
{
    private const int Slots = 1 << 14;
    private const int LongestPath = 1024;

    /// <summary>What would make a query mean something else than it looks like, or the URL malformed.</summary>
    private static readonly SearchValues<byte> _oddInQuery = SearchValues.Create("\\\u007f"u8);
    private static readonly SearchValues<byte> _oddInKey = SearchValues.Create("%+"u8);

    private readonly ByteKeyedCache<AuditedAction> _actions = new(Slots);
    private readonly byte[] _key = new byte[LongestPath + 64];

    /// <summary>The action; null when the URL says nothing.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="rawUri">The URL as it stands in the JSON.</param>
    /// <param name="uri">The same, unescaped.</param>
    public AuditedAction? Get(string verb, ReadOnlySpan<byte> rawUri, string uri)
    {
        var question = rawUri.IndexOf((byte)'?');
        var path = question < 0 ? rawUri : rawUri[..question];
        var isPlain = path.Length <= LongestPath && !path.Contains((byte)'\\')
            && (question < 0 || IsOfNoAccount(rawUri[(question + 1)..]))
            && Encoding.UTF8.TryGetBytes(verb, _key.AsSpan(0, 60), out _);
        if (!isPlain)
        {
            return AuditedAction.OfUri(verb, uri);
        }

        // JSON escapes a NUL, so that there is none in a path: no two pairs make one key.
        var length = Encoding.UTF8.GetBytes(verb, _key);
        _key[length++] = 0;
        path.CopyTo(_key.AsSpan(length));
        var key = _key.AsSpan(0, length + path.Length);
        if (_actions.Find(key, out var slot) is { } known)
        {
            return known;
        }

        return AuditedAction.OfUri(verb, uri) is { } action ? _actions.Put(slot, key, action) : null;
    }

    /// <summary>True when a query certainly changes nothing.</summary>
    private static bool IsOfNoAccount(ReadOnlySpan<byte> query)
    {
        // Go writes `&` like this.
        Span<byte> plain = stackalloc byte[query.Length <= LongestPath ? query.Length : 0];
        if (plain.Length < query.Length)
        {
            return false;
        }

        var length = 0;
        while (query.IndexOf("\\u0026"u8) is >= 0 and var at)
        {
            query[..at].CopyTo(plain[length..]);
            length += at;
            plain[length++] = (byte)'&';
            query = query[(at + 6)..];
        }

        query.CopyTo(plain[length..]);
        plain = plain[..(length + query.Length)];
        return !plain.ContainsAny(_oddInQuery) && !HasFieldSelector(plain);
    }

    private static bool HasFieldSelector(ReadOnlySpan<byte> query)
    {
        foreach (var range in query.Split((byte)'&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf((byte)'=');
            var key = equals < 0 ? pair : pair[..equals];
            if (key.SequenceEqual("fieldSelector"u8) || key.ContainsAny(_oddInKey))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Buffers;
using System.Text;
using AuthzSim.Audit;
using AuthzSim.Formats.Json;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// Reads actions off URLs, once for each verb, path and selection of fields: the rest of a URL plays no part. Works on texts as
/// they stand in the JSON, escapes and all. For one thread at a time.
/// </summary>
/// <param name="actions">The actions known.</param>
/// <param name="strings">Keeps texts.</param>
internal sealed class ActionCache(ByteKeyedCache<AuditedAction> actions, StringCache strings)
{
    private const int LongestUri = 1024;
    private const int LongestVerb = 64;

    /// <summary>Bytes that stand for themselves in a URL and in JSON.</summary>
    private static readonly SearchValues<byte> _plain = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(b => (byte)b).Except("%\\\""u8.ToArray())]);

    private readonly byte[] _key = new byte[LongestVerb + 1 + LongestUri + UrlSelection.MostAdded];
    private readonly char[] _path = new char[LongestUri];

    /// <summary>The action; null when the URL says nothing.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="rawUri">The URL as it stands in the JSON.</param>
    /// <param name="uri">What the URL is the text of.</param>
    /// <param name="hash">The hash under which the action may be shared; 0 when it is not.</param>
    public AuditedAction? Get(string verb, ReadOnlySpan<byte> rawUri, ref object? uri, out ulong hash)
    {
        hash = 0;
        var question = rawUri.IndexOf((byte)'?');
        var path = question < 0 ? rawUri : rawUri[..question];
        // Whether anything but a path, such as `*`, can be read depends on the query too.
        if (rawUri.Length > LongestUri || !path.StartsWith("/"u8) || path.Contains((byte)'\\')
            || !Encoding.UTF8.TryGetBytes(verb, _key.AsSpan(0, LongestVerb), out var length))
        {
            return OfUri(verb, rawUri, ref uri);
        }

        // JSON escapes a NUL, so that there is none in a path: no two pairs make one key.
        _key[length++] = 0;
        path.CopyTo(_key.AsSpan(length));
        length += path.Length;
        var selection = 0;
        if (question >= 0 && !UrlSelection.TryWrite(rawUri[(question + 1)..], _key.AsSpan(length), out selection))
        {
            return OfUri(verb, rawUri, ref uri);
        }

        var key = _key.AsSpan(0, length + selection);
        var action = actions.Find(key, out hash);
        if (action is null)
        {
            action = selection == 0 && !path.ContainsAnyExcept(_plain) ? OfPlainPath(verb, path) : OfUri(verb, rawUri, ref uri);
            if (action is not null)
            {
                actions.Put(hash, key, action);
            }
        }

        if (uri is null && question < 0 && action is not null && Ascii.Equals(rawUri, action.Path))
        {
            uri = action.Path;
        }

        uri ??= new RawJsonText(rawUri);
        return action;
    }

    private static AuditedAction? OfUri(string verb, ReadOnlySpan<byte> rawUri, ref object? uri)
    {
        var text = uri as string ?? new RawJsonText(rawUri).ToString();
        uri = text;
        return AuditedAction.OfUri(verb, text);
    }

    /// <summary>What <see cref="AuditedAction.OfUri"/> reads off a URL in which nothing is escaped and no fields are selected.</summary>
    private AuditedAction? OfPlainPath(string verb, ReadOnlySpan<byte> utf8)
    {
        Ascii.ToUtf16(utf8, _path, out var length);
        var path = RequestPath.Of(_path.AsSpan(0, length));
        return path.IsCutOff ? null : AuditedAction.OfAttributes(new RequestAttributes
        {
            Verb = verb,
            Path = new string(_path, 0, length),
            IsResourceRequest = path.IsResourceRequest,
            ApiGroup = strings.Get(utf8[path.ApiGroup]),
            ApiVersion = strings.Get(utf8[path.ApiVersion]),
            Namespace = strings.Get(utf8[path.Namespace]),
            Resource = strings.Get(utf8[path.Resource]),
            Subresource = strings.Get(utf8[path.Subresource]),
            Name = Encoding.UTF8.GetString(utf8[path.Name]),
        });
    }
}

namespace AuthzSim.Requests;

/// <summary>
/// A query string as Go reads it (upstream: <c>ParseQuery</c> of Go's <c>net/url</c>, errors ignored): a pair with a
/// semicolon or a malformed escape is dropped.
/// </summary>
internal sealed class UrlQuery
{
    private static readonly Dictionary<string, string> _none = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _firstValues;

    public UrlQuery(string rawQuery)
    {
        _firstValues = rawQuery.Length == 0 ? _none : new(StringComparer.Ordinal);
        foreach (var range in rawQuery.AsSpan().Split('&'))
        {
            var pair = rawQuery[range];
            if (pair.Length == 0 || pair.Contains(';', StringComparison.Ordinal))
            {
                continue;
            }

            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            if (PercentEncoding.TryDecode(key, plusIsSpace: true, out key, out _)
                && PercentEncoding.TryDecode(value, plusIsSpace: true, out value, out _))
            {
                _firstValues.TryAdd(key, value);
            }
        }
    }

    /// <summary>The first value of a key; null when the key is absent.</summary>
    public string? First(string key) => _firstValues.GetValueOrDefault(key);

    /// <summary>
    /// A boolean option (upstream: <c>Convert_Slice_string_To_bool</c>): present and neither <c>0</c> nor <c>false</c> in any case.
    /// </summary>
    public bool IsTrue(string key) => First(key) is { } value && value != "0" && value.ToLowerInvariant() is not "false";
}

using System.Collections.Immutable;

namespace AuthzSim.Authentication;

/// <summary>
/// The headers of a request: names without case, any number of values each, in the order sent (upstream: Go's
/// <c>net/http.Header</c>). Immutable.
/// </summary>
public sealed class RequestHeaders
{
    private readonly ImmutableArray<KeyValuePair<string, string>> _fields;

    /// <summary>Makes headers of name and value pairs.</summary>
    /// <param name="fields">The pairs in the order sent.</param>
    public RequestHeaders(IEnumerable<KeyValuePair<string, string>> fields) => _fields = [.. fields];

    /// <summary>Makes headers of pairs that nobody changes any more.</summary>
    internal RequestHeaders(ImmutableArray<KeyValuePair<string, string>> fields) => _fields = fields;

    /// <summary>No headers.</summary>
    public static RequestHeaders Empty { get; } = new([]);

    /// <summary>The name and value pairs in the order sent.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Fields => _fields;

    /// <summary>The first value of a header, or null when it was not sent (upstream: <c>Header.Get</c>).</summary>
    /// <param name="name">The header's name, in any case.</param>
    public string? First(string name)
    {
        foreach (var (key, value) in _fields)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>All values of a header in the order sent (upstream: <c>Header.Values</c>).</summary>
    /// <param name="name">The header's name, in any case.</param>
    public IEnumerable<string> All(string name) =>
        _fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value);

    /// <summary>The headers without those that a condition picks by name.</summary>
    /// <param name="isRemoved">True for the names to leave out.</param>
    public RequestHeaders Without(Func<string, bool> isRemoved)
    {
        ArgumentNullException.ThrowIfNull(isRemoved);
        var kept = 0;
        foreach (var (name, _) in _fields)
        {
            kept += isRemoved(name) ? 0 : 1;
        }

        if (kept == _fields.Length)
        {
            return this;
        }

        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(kept);
        foreach (var field in _fields)
        {
            if (!isRemoved(field.Key))
            {
                fields.Add(field);
            }
        }

        return new(fields.MoveToImmutable());
    }
}

using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Claims by name, with case, of a repeated one the last (upstream: <c>claims</c> of
/// <c>plugin/pkg/authenticator/token/oidc/oidc.go</c>). The errors are those of Go's <c>encoding/json</c>.
/// </summary>
internal sealed class Claims
{
    private readonly Dictionary<string, JsonValue> _values;

    private Claims(Dictionary<string, JsonValue> values) => _values = values;

    public static Claims Empty { get; } = new([]);

    public static Claims Of(JsonValue payload)
    {
        var values = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach (var (name, value) in payload.IsObject ? payload.Members() : [])
        {
            values[name] = value;
        }

        return new Claims(values);
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool TryGet(string name, out JsonValue value) => _values.TryGetValue(name, out value);

    /// <summary>The same claims and one more.</summary>
    public Claims With(string name, JsonValue value) =>
        new(new Dictionary<string, JsonValue>(_values, StringComparer.Ordinal) { [name] = value });

    /// <summary>A claim that is a string; null counts as the empty one.</summary>
    public (string Text, string? Error) Text(string name)
    {
        if (!_values.TryGetValue(name, out var value))
        {
            return ("", "claim not present");
        }

        return value.IsString ? (value.Text(), null) : ("", value.IsNull ? null : CannotUnmarshal(value, "string"));
    }

    /// <summary>A claim that is a boolean; null counts as false.</summary>
    public (bool Flag, string? Error) Flag(string name)
    {
        var value = _values[name];
        return value.IsBoolean ? (value.IsTrue, null) : (false, value.IsNull ? null : CannotUnmarshal(value, "bool"));
    }

    /// <summary>A claim that is a string or a list of strings; null is no string.</summary>
    public (IReadOnlyList<string> Texts, string? Error) Texts(string name)
    {
        var value = _values[name];
        if (value.IsString || value.IsNull)
        {
            return (value.IsNull ? [] : [value.Text()], null);
        }

        var elements = value.IsArray ? value.Elements() : [];
        return value.IsArray && elements.TrueForAll(e => e.IsString || e.IsNull)
            ? (elements.ConvertAll(e => e.IsNull ? "" : e.Text()), null)
            : ([], CannotUnmarshal(value, "string"));
    }

    private static string CannotUnmarshal(JsonValue value, string goType) =>
        $"json: cannot unmarshal {value.GoKind} into Go value of type {goType}";
}

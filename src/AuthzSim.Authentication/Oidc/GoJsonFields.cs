using System.Globalization;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Reads the members of a JSON object into fields as Go's <c>encoding/json</c> does: names without case, the last of several
/// counts, null leaves a field alone, and the first value of a wrong type is the error.
/// </summary>
/// <param name="structName">The struct, as texts name it.</param>
internal sealed class GoJsonFields(string structName)
{
    private string? _stopped;
    private string? _spoiled;

    /// <summary>The error, or null.</summary>
    public string? Error => _stopped ?? _spoiled;

    /// <summary>The members that are fields, under the fields' own names, until an error stops the reading.</summary>
    public IEnumerable<JsonMember> Read(JsonValue value, params string[] fields)
    {
        if (!value.IsObject)
        {
            if (!value.IsNull)
            {
                _spoiled ??= CannotUnmarshal(value, $"value of type {structName}");
            }

            yield break;
        }

        foreach (var (name, member) in value.Members())
        {
            if (_stopped is not null)
            {
                yield break;
            }

            if (Array.Find(fields, f => IsSame(f, name)) is { } field)
            {
                yield return new JsonMember(field, member);
            }
        }
    }

    /// <summary>A string field; null keeps what it has.</summary>
    public string Text(JsonMember member, string old)
    {
        if (member.Value.IsString)
        {
            return member.Value.Text();
        }

        Mismatch(member, "string");
        return old;
    }

    /// <summary>A map of strings by name.</summary>
    public Dictionary<string, string> TextMap(JsonMember member)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!member.Value.IsObject)
        {
            Mismatch(member, "map[string]string");
            return map;
        }

        foreach (var (name, value) in member.Value.Members())
        {
            map[name] = Text(new JsonMember(member.Name, value), "");
        }

        return map;
    }

    /// <summary>A boolean field.</summary>
    public bool Flag(JsonMember member, bool old)
    {
        if (member.Value.IsBoolean)
        {
            return member.Value.IsTrue;
        }

        Mismatch(member, "bool");
        return old;
    }

    /// <summary>A list of strings; null elements are empty.</summary>
    public List<string> Texts(JsonMember member)
    {
        if (member.Value.IsArray)
        {
            return member.Value.Elements().ConvertAll(e => Text(new JsonMember(member.Name, e), ""));
        }

        Mismatch(member, "[]string");
        return [];
    }

    /// <summary>One string, or a list (upstream: <c>go-oidc</c> <c>audience</c>). Even null is one, the empty one.</summary>
    public List<string> Audience(JsonMember member)
    {
        var value = member.Value;
        if (value.IsString || value.IsNull)
        {
            return [value.IsNull ? "" : value.Text()];
        }

        var elements = value.IsArray ? value.Elements() : [];
        var wrong = elements.Find(e => !e.IsString && !e.IsNull);
        if (!value.IsArray || !wrong.Utf8.IsEmpty)
        {
            Stop(member with { Value = value.IsArray ? wrong : value }, value.IsArray ? "string" : "[]string");
            return [];
        }

        return elements.ConvertAll(e => e.IsNull ? "" : e.Text());
    }

    /// <summary>Seconds since 1970, as a number or as its text (upstream: <c>go-oidc</c> <c>jsonTime</c>).</summary>
    public long Time(JsonMember member)
    {
        var value = member.Value;
        if (!value.IsNumber && !value.IsString && !value.IsNull)
        {
            Stop(member, "json.Number");
            return 0;
        }

        var text = value.IsString ? value.Text() : value.IsNull ? "" : System.Text.Encoding.ASCII.GetString(value.Utf8.Span);
        if (value.IsString && !(JsonValue.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var number) && number.IsNumber
            && number.Utf8.Length == text.Length))
        {
            _stopped ??= "json: invalid number literal, trying to unmarshal "
                + $"{GoText.Quote(System.Text.Encoding.UTF8.GetString(value.Utf8.Span))} into Number";
            return 0;
        }

        if (GoNumbers.TryParseInt64(text, out var seconds))
        {
            return seconds;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real))
        {
            _stopped ??= $"strconv.ParseFloat: parsing {GoText.Quote(text)}: {(text.Length == 0 ? "invalid syntax" : "value out of range")}";
            return 0;
        }

        // What amd64 makes of a number outside int64, in Go.
        return real is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)real : long.MinValue;
    }

    /// <summary>Notes that a value is not of the field's type.</summary>
    public void Mismatch(JsonMember member, string goType, string? inner = null)
    {
        if (!member.Value.IsNull)
        {
            _spoiled ??= CannotUnmarshal(member.Value, $"struct field {inner ?? structName}.{member.Name} of type {goType}");
        }
    }

    private static bool IsSame(string field, string name)
    {
        if (field.Length != name.Length)
        {
            return false;
        }

        for (var i = 0; i < field.Length; i++)
        {
            if (Fold(field[i]) != Fold(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    // The long s and the Kelvin sign fold to letters too.
    private static char Fold(char c) =>
        c switch { '\u017F' => 'S', '\u212A' => 'K', _ => char.IsAscii(c) ? char.ToUpperInvariant(c) : c };

    private void Stop(JsonMember member, string goType) =>
        _stopped ??= CannotUnmarshal(member.Value, $"struct field {structName}.{member.Name} of type {goType}");

    private static string CannotUnmarshal(JsonValue value, string into) =>
        $"json: cannot unmarshal {value.GoKind} into Go {into}";
}

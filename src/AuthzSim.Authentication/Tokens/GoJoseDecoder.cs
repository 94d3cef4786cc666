namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// Reads JSON with the rules and error texts of go-jose's own decoder (upstream: <c>go-jose.v2/json/decode.go</c>): names
/// with case, no name twice, an error that stops the reading before one that only spoils a field. One per document.
/// </summary>
internal sealed class GoJoseDecoder
{
    /// <summary>What is wrong with an <c>aud</c> claim that is neither a string nor a list of strings.</summary>
    public const string AudienceError = "go-jose/go-jose/jwt: expected string or array value to unmarshal to Audience";

    /// <summary>What is wrong with a time that is not a number.</summary>
    public const string NumericDateError = "go-jose/go-jose/jwt: expected number value to unmarshal NumericDate";

    /// <summary>What is wrong with a payload that is no JSON.</summary>
    public const string SyntaxError = "unexpected end of JSON input";

    private string? _stopped;
    private string? _spoiled;

    /// <summary>The first error, or null.</summary>
    public string? Error => _stopped ?? _spoiled;

    /// <summary>The fields of a struct, until an error stops the reading; <c>null</c> has none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="goType">The struct's name in Go.</param>
    public IEnumerable<JsonMember> Fields(JsonValue value, string goType)
    {
        if (value.IsNull)
        {
            yield break;
        }

        if (!value.IsObject)
        {
            Mismatch(value, goType);
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Members())
        {
            if (!seen.Add(member.Name))
            {
                Stop(RepeatedName(member.Name));
            }

            if (_stopped is not null)
            {
                yield break;
            }

            yield return member;
        }
    }

    /// <summary>A string field; <c>null</c> leaves it empty.</summary>
    /// <param name="value">The value.</param>
    public string Text(JsonValue value)
    {
        if (value.IsString)
        {
            return value.Text();
        }

        if (!value.IsNull)
        {
            Mismatch(value, "string");
        }

        return "";
    }

    /// <summary>Seconds since 1970, the fraction cut off; <c>null</c> is none.</summary>
    /// <param name="value">The value.</param>
    public long? NumericDate(JsonValue value)
    {
        if (value.IsNull)
        {
            return null;
        }

        if (!value.IsNumber || !value.TryNumber(out var number))
        {
            Stop(NumericDateError);
            return null;
        }

        // What amd64 makes of a number outside int64, in Go.
        return number is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)number : long.MinValue;
    }

    /// <summary>An audience: one string or a list of strings.</summary>
    /// <param name="value">The value.</param>
    public List<string> Audience(JsonValue value)
    {
        if (value.IsString)
        {
            return [value.Text()];
        }

        if (value.FirstRepeatedName() is { } name)
        {
            Stop(RepeatedName(name));
            return [];
        }

        var elements = value.IsArray ? value.Elements() : [];
        if (!value.IsArray || elements.Exists(e => !e.IsString))
        {
            Stop(AudienceError);
            return [];
        }

        return elements.ConvertAll(e => e.Text());
    }

    /// <summary>A list of strings; <c>null</c> elements are empty strings.</summary>
    /// <param name="value">The value.</param>
    public List<string> Strings(JsonValue value)
    {
        if (value.IsArray)
        {
            return value.Elements().ConvertAll(Text);
        }

        if (!value.IsNull)
        {
            Mismatch(value, "[]string");
        }

        return [];
    }

    private static string RepeatedName(string name) => $"json: duplicate key '{name}' in object";

    private void Mismatch(JsonValue value, string goType)
    {
        var error = $"json: cannot unmarshal {value.GoKind} into Go value of type {goType}";
        if (value.IsNumber)
        {
            Stop(error);
        }
        else
        {
            _spoiled ??= error;
        }
    }

    private void Stop(string error) => _stopped ??= error;
}

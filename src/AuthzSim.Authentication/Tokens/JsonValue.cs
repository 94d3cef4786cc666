using System.Globalization;
using System.Text.Json;

namespace AuthzSim.Authentication.Tokens;

/// <summary>
/// One JSON value as it was written, its syntax already checked. Members come in the order written, repeated names
/// included, for the rules of Go's decoders depend on both.
/// </summary>
internal readonly struct JsonValue
{
    // The nesting at which Go's encoding/json gives up.
    private const int MaxDepth = 10000;

    private readonly ReadOnlyMemory<byte> _utf8;

    private JsonValue(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>The bytes as written, without surrounding white space.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    public bool IsNull => First == 'n';

    public bool IsString => First == '"';

    public bool IsObject => First == '{';

    public bool IsArray => First == '[';

    public bool IsBoolean => First is 't' or 'f';

    public bool IsTrue => First == 't';

    public bool IsNumber => First is '-' or (>= '0' and <= '9');

    /// <summary>What Go's type errors call such a value.</summary>
    public string GoKind => First switch
    {
        '{' => "object",
        '[' => "array",
        '"' => "string",
        't' or 'f' => "bool",
        'n' => "null",
        _ => "number",
    };

    private char First => (char)_utf8.Span[0];

    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonValue value)
    {
        value = default;
        var reader = NewReader(utf8.Span);
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            value = new JsonValue(utf8[start..(int)reader.BytesConsumed]);

            // Reading on throws when anything but white space follows the value.
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text of a string.</summary>
    public string Text() => JsonText.Unquote(_utf8.Span[1..^1]);

    /// <summary>The number, or false when it is beyond what a double holds.</summary>
    public bool TryNumber(out double number) =>
        double.TryParse(_utf8.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>The members of an object.</summary>
    public List<JsonMember> Members()
    {
        var members = new List<JsonMember>();
        var reader = NewReader(_utf8.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Unquote(reader.ValueSpan);
            members.Add(new JsonMember(name, Next(ref reader)));
        }

        return members;
    }

    /// <summary>The elements of an array.</summary>
    public List<JsonValue> Elements()
    {
        var elements = new List<JsonValue>();
        var reader = NewReader(_utf8.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(Current(ref reader));
        }

        return elements;
    }

    /// <summary>The first member name that stands twice in one object, at any depth; null when there is none.</summary>
    public string? FirstRepeatedName()
    {
        var reader = NewReader(_utf8.Span);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName when JsonText.Unquote(reader.ValueSpan) is var name && !open.Peek().Add(name):
                    return name;
                default:
                    break;
            }
        }

        return null;
    }

    private static Utf8JsonReader NewReader(ReadOnlySpan<byte> utf8) => new(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });

    private JsonValue Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Current(ref reader);
    }

    private JsonValue Current(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonValue(_utf8[start..(int)reader.BytesConsumed]);
    }
}

/// <summary>A member of a JSON object.</summary>
/// <param name="Name">The name, unquoted.</param>
/// <param name="Value">The value.</param>
internal readonly record struct JsonMember(string Name, JsonValue Value);

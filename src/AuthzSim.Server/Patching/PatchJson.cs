using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Formats.Json;
using AuthzSim.Server.Requests;
using JsonValue = System.Text.Json.Nodes.JsonValue;

namespace AuthzSim.Server.Patching;

/// <summary>JSON as Go reads it into maps: the last of repeated keys wins, and what is not Unicode becomes U+FFFD.</summary>
internal static class PatchJson
{
    /// <summary>Levels; the objects here have less than ten.</summary>
    public const int MaxDepth = FieldReader.MaxDepth;

    /// <summary>Reads one value; a JSON <c>null</c> is null.</summary>
    /// <exception cref="JsonException">The text is no JSON, or too deep.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        var text = Utf8.IsValid(utf8) ? utf8 : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        var value = Read(ref reader);
        return reader.Read() ? throw new JsonException("more than one value") : value;
    }

    /// <summary>What Go calls the type of a value in its failures.</summary>
    public static string TypeName(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "bool",
        },
    };

    /// <summary>The string it is, or null.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Compact JSON that is the same for equal scalars.</summary>
    public static string Compact(JsonNode? node) => Encoding.UTF8.GetString(Bytes(node).Span);

    /// <summary>Compact JSON.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonNode? node)
    {
        if (node is null)
        {
            return "null"u8.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ServerJson.WriterOptions))
        {
            node.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>How many levels of objects and arrays a value has.</summary>
    public static int Depth(JsonNode? node) => node switch
    {
        JsonObject fields => 1 + fields.Select(f => Depth(f.Value)).DefaultIfEmpty().Max(),
        JsonArray items => 1 + items.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var fields = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = JsonText.Unquote(reader.ValueSpan);
                    reader.Read();
                    fields[name] = Read(ref reader);
                }

                return fields;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader));
                }

                return items;
            case JsonTokenType.String: return JsonValue.Create(JsonText.Unquote(reader.ValueSpan));
            case JsonTokenType.Number: return JsonNode.Parse(reader.ValueSpan);
            case JsonTokenType.True: return JsonValue.Create(true);
            case JsonTokenType.False: return JsonValue.Create(false);
            default: return null;
        }
    }
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.Protobuf;

/// <summary>
/// Bodies in the format that Go clients prefer, as the JSON they stand for (upstream:
/// <c>k8s.io/apimachinery/pkg/runtime/serializer/protobuf</c>).
/// </summary>
internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MaxJsonDepth = 64;

    private static ReadOnlySpan<byte> Prefix => "k8s\0"u8;

    /// <summary>The object as JSON.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="InvalidDataException">It is not in this format, or no object that clients send here.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Prefix))
        {
            throw new InvalidDataException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        Open(body[Prefix.Length..], out var apiVersion, out var kind, out var raw);
        var message = ProtobufSchema.Find(apiVersion, kind)
            ?? throw new InvalidDataException($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var json = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion };
        Read(raw, message, json);
        var buffer = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(buffer, ServerJson.WriterOptions))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The two fields that matter of upstream's <c>runtime.Unknown</c>.</summary>
    private static void Open(ReadOnlySpan<byte> unknown, out string apiVersion, out string kind, out ReadOnlySpan<byte> raw)
    {
        (apiVersion, kind) = ("", "");
        raw = [];
        var reader = new ProtobufReader(unknown);
        while (reader.Next())
        {
            if (reader.Number == 2)
            {
                raw = reader.Bytes;
            }

            var type = new ProtobufReader(reader.Number == 1 ? reader.Bytes : []);
            while (type.Next())
            {
                apiVersion = type.Number == 1 ? ProtobufReader.Text(type.Bytes) : apiVersion;
                kind = type.Number == 2 ? ProtobufReader.Text(type.Bytes) : kind;
            }
        }
    }

    private static void Read(ReadOnlySpan<byte> bytes, ProtobufMessage message, JsonObject into)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (message.Find(reader.Number) is not { } field)
            {
                continue;
            }

            if (field.Kind == ProtobufKind.Map)
            {
                ReadEntry(reader.Bytes, field, Member(into, field.Name, () => new JsonObject()));
            }
            else if (field.IsRepeated)
            {
                Member(into, field.Name, () => new JsonArray()).Add(ValueOf(reader, field));
            }
            else if (ValueOf(reader, field) is { } value && !(field.Kind == ProtobufKind.Text && reader.Bytes.IsEmpty))
            {
                into[field.Name] = value;
            }
        }
    }

    private static JsonNode? ValueOf(ProtobufReader reader, ProtobufField field)
    {
        var isOfBytes = field.Kind is not (ProtobufKind.Integer or ProtobufKind.Boolean);
        if (isOfBytes != reader.HasBytes)
        {
            throw new InvalidDataException($"proto: wrong wireType for field {field.Name}");
        }

        switch (field.Kind)
        {
            case ProtobufKind.Integer: return JsonValue.Create(unchecked((long)reader.Value));
            case ProtobufKind.Boolean: return JsonValue.Create(reader.Value != 0);
            case ProtobufKind.Time: return TimeOf(reader.Bytes);
            case ProtobufKind.Json: return JsonOf(reader.Bytes);
            case ProtobufKind.Message:
                var inner = new JsonObject();
                Read(reader.Bytes, field.Message!, inner);
                return inner;
            default: return JsonValue.Create(ProtobufReader.Text(reader.Bytes));
        }
    }

    private static void ReadEntry(ReadOnlySpan<byte> entry, ProtobufField field, JsonObject into)
    {
        var (key, value) = ("", (JsonNode?)(field.Message is null ? "" : new JsonArray()));
        var reader = new ProtobufReader(entry);
        while (reader.Next())
        {
            if (reader.Number == 1)
            {
                key = ProtobufReader.Text(reader.Bytes);
            }
            else if (reader.Number == 2 && field.Message is { } message)
            {
                // A list has to be in a message of its own to be a map's value.
                var inner = new JsonObject();
                Read(reader.Bytes, message, inner);
                value = inner.FirstOrDefault().Value?.DeepClone() ?? new JsonArray();
            }
            else if (reader.Number == 2)
            {
                value = ProtobufReader.Text(reader.Bytes);
            }
        }

        into[key] = value;
    }

    private static JsonValue? TimeOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        long? seconds = null;
        while (reader.Next())
        {
            seconds = reader.Number == 1 ? unchecked((long)reader.Value) : seconds;
        }

        try
        {
            return seconds is { } value ? JsonValue.Create(ServerTime.Text(DateTimeOffset.FromUnixTimeSeconds(value))) : null;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("proto: a time is out of range", e);
        }
    }

    private static JsonNode? JsonOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Number == 1)
            {
                try
                {
                    return JsonNode.Parse(reader.Bytes, documentOptions: new JsonDocumentOptions { MaxDepth = MaxJsonDepth });
                }
                catch (JsonException e)
                {
                    throw new InvalidDataException($"proto: a field of JSON is not JSON: {e.Message}", e);
                }
            }
        }

        return null;
    }

    private static T Member<T>(JsonObject of, string name, Func<T> make)
        where T : JsonNode
    {
        if (of[name] is not T member)
        {
            of[name] = member = make();
        }

        return member;
    }
}

using System.Collections.Frozen;

namespace AuthzSim.Server.Protobuf;

/// <summary>How the value of a field is written in JSON.</summary>
internal enum ProtobufKind
{
    /// <summary>A text; an empty one is the same as none.</summary>
    Text,

    /// <summary>A number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A message.</summary>
    Message,

    /// <summary>An instant: seconds and nanoseconds, RFC 3339 in JSON.</summary>
    Time,

    /// <summary>A message with one field of bytes that are JSON.</summary>
    Json,

    /// <summary>A map of texts; or of messages with one list, which stands for them in JSON.</summary>
    Map,
}

/// <summary>A field of a message.</summary>
/// <param name="Number">Its number on the wire.</param>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="IsRepeated">True for a list.</param>
/// <param name="Message">What the message is.</param>
internal sealed record ProtobufField(int Number, string Name, ProtobufKind Kind = ProtobufKind.Text, bool IsRepeated = false, ProtobufMessage? Message = null);

/// <summary>A message: its fields by number. A field that it does not know is passed over, as every decoder does.</summary>
internal sealed class ProtobufMessage(params ReadOnlySpan<ProtobufField> fields)
{
    private readonly FrozenDictionary<int, ProtobufField> _fields = fields.ToArray().ToFrozenDictionary(f => f.Number);

    public ProtobufField? Find(int number) => _fields.GetValueOrDefault(number);
}

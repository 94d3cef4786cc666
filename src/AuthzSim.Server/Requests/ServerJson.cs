using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuthzSim.Server.Requests;

/// <summary>How the server writes JSON: compact, and other scripts as they are.</summary>
internal static class ServerJson
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document as bytes.</summary>
    public static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }
}

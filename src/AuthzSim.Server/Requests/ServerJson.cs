using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace AuthzSim.Server.Requests;

/// <summary>How the server writes JSON: compact, and other scripts as they are. Writers and their buffers are used again.</summary>
internal static class ServerJson
{
    // A buffer that one large answer has made larger than this is not kept.
    private const int MostKept = 1 << 16;

    private static readonly ObjectPool<Document> _documents = new DefaultObjectPool<Document>(new Reset());

    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A document as bytes.</summary>
    public static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write) => Written(write, bytes => (ReadOnlyMemory<byte>)bytes.ToArray());

    /// <summary>Writes a document and gives its bytes away, which are good during the call only.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="take">Takes it.</param>
    public static T Written<T>(Action<Utf8JsonWriter> write, Func<ReadOnlyMemory<byte>, T> take)
    {
        var document = _documents.Get();
        try
        {
            write(document.Json);
            document.Json.Flush();
            return take(document.Buffer.WrittenMemory);
        }
        finally
        {
            _documents.Return(document);
        }
    }

    private sealed class Document
    {
        public Document() => Json = new Utf8JsonWriter(Buffer, WriterOptions);

        public ArrayBufferWriter<byte> Buffer { get; } = new(1024);

        public Utf8JsonWriter Json { get; }
    }

    private sealed class Reset : PooledObjectPolicy<Document>
    {
        public override Document Create() => new();

        public override bool Return(Document obj)
        {
            obj.Buffer.ResetWrittenCount();
            obj.Json.Reset();
            return obj.Buffer.Capacity <= MostKept;
        }
    }
}

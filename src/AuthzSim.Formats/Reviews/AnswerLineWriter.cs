using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuthzSim.AccessReviews;

namespace AuthzSim.Formats.Reviews;

/// <summary>Writes one answer a line.</summary>
internal sealed class AnswerLineWriter : IDisposable
{
    private const int FlushSize = 1 << 18;

    [SuppressMessage("Usage", "CA2213", Justification = "the caller's")]
    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushSize * 2);
    private readonly Utf8JsonWriter _json;

    public AnswerLineWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public void WriteAnswer(AccessReview review, bool isObject, AccessReviewStatus status)
    {
        if (isObject)
        {
            AccessReviewWriter.WriteReview(_json, review, status);
        }
        else if (status is { Denied: false, Reason: "", EvaluationError: "" })
        {
            _buffer.Write(status.Allowed ? "{\"allowed\":true}\n"u8 : "{\"allowed\":false}\n"u8);
            FlushWhenFull();
            return;
        }
        else
        {
            AccessReviewWriter.WriteStatus(_json, status);
        }

        EndLine();
    }

    public void WriteError(string error, int code, long line)
    {
        _json.WriteStartObject();
        _json.WriteString("error"u8, error);
        if (code > 0)
        {
            _json.WriteNumber("code"u8, code);
        }

        _json.WriteNumber("line"u8, line);
        _json.WriteEndObject();
        EndLine();
    }

    /// <summary>Hands on everything written.</summary>
    public void Flush()
    {
        if (_buffer.WrittenCount > 0)
        {
            _output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }

        _output.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void EndLine()
    {
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
        FlushWhenFull();
    }

    private void FlushWhenFull()
    {
        if (_buffer.WrittenCount > FlushSize)
        {
            _output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}

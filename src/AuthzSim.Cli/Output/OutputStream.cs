using System.Text;

namespace AuthzSim.Cli.Output;

/// <summary>Standard output for bytes: what lies below the writer, or the writer when it is a text of its own.</summary>
internal static class OutputStream
{
    /// <summary>Lets bytes be written. What the writer had so far goes first.</summary>
    public static T Use<T>(TextWriter writer, Func<Stream, T> write)
    {
        if (writer is StreamWriter { Encoding: UTF8Encoding } text)
        {
            text.Flush();
            return write(text.BaseStream);
        }

        using var stream = new DecodingStream(writer);
        return write(stream);
    }

    /// <summary>UTF-8 bytes on their way into a text; a character may come in pieces.</summary>
    private sealed class DecodingStream(TextWriter writer) : Stream
    {
        private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
        private char[] _chars = new char[4096];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var needed = Encoding.UTF8.GetMaxCharCount(buffer.Length);
            if (_chars.Length < needed)
            {
                _chars = new char[needed];
            }

            writer.Write(_chars, 0, _decoder.GetChars(buffer, _chars, flush: false));
        }

        public override void Flush() => writer.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

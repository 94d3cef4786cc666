using System.Collections.Concurrent;
using System.Text;

namespace AuthzSim.Formats.Audit;

/// <summary>Whole lines of an input, as many as fit into a buffer; one that is too long is told and passed over.</summary>
/// <param name="input">The input.</param>
/// <param name="longest">The most bytes of a line.</param>
internal sealed class LineChunks(Stream input, int longest)
{
    private const int UsualSize = 1 << 18;

    private readonly ConcurrentBag<byte[]> _buffers = [];
    private byte[] _carried = [];
    private long _line = 1;
    private bool _isFirst = true;
    private bool _isFinal;
    private bool _isPassingOver;

    /// <summary>The next chunk; null at the end.</summary>
    public LineChunk? Next()
    {
        while (!_isFinal)
        {
            var (buffer, length) = Fill();
            var lines = buffer.AsSpan(0, length);
            var start = SkipMark(lines) + PassOver(lines);
            var end = _isFinal ? length : lines.LastIndexOf((byte)'\n') + 1;
            if (end <= start && !_isFinal && length > longest)
            {
                (_isPassingOver, _carried) = (true, []);
                return new LineChunk(buffer, 0, 0, _line) { IsTooLong = true };
            }

            end = Math.Max(start, end);
            _carried = _isPassingOver ? [] : lines[end..].ToArray();
            var chunk = new LineChunk(buffer, start, end - start, _line);
            _line += lines[start..end].Count((byte)'\n');
            if (chunk.Length > 0)
            {
                return chunk;
            }

            Return(chunk);
        }

        return null;
    }

    /// <summary>Gives the buffer of a chunk back, whose lines nobody needs any more.</summary>
    public void Return(LineChunk chunk)
    {
        if (chunk.Buffer.Length == UsualSize)
        {
            _buffers.Add(chunk.Buffer);
        }
    }

    /// <summary>What was carried over and what follows, until there is a whole line and the buffer is full.</summary>
    private (byte[] Buffer, int Length) Fill()
    {
        var buffer = _carried.Length < UsualSize && _buffers.TryTake(out var used) ? used : new byte[Math.Max(UsualSize, _carried.Length * 2)];
        _carried.CopyTo(buffer, 0);
        var (length, hasLine) = (_carried.Length, _isPassingOver);
        while (true)
        {
            if (length == buffer.Length)
            {
                if (hasLine || length > longest)
                {
                    return (buffer, length);
                }

                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, longest + (long)UsualSize));
            }

            var read = input.Read(buffer, length, buffer.Length - length);
            if (read == 0)
            {
                _isFinal = true;
                return (buffer, length);
            }

            hasLine |= buffer.AsSpan(length, read).Contains((byte)'\n');
            length += read;
        }
    }

    private int SkipMark(ReadOnlySpan<byte> lines)
    {
        var isMarked = _isFirst && lines.StartsWith(Encoding.UTF8.Preamble);
        _isFirst = false;
        return isMarked ? Encoding.UTF8.Preamble.Length : 0;
    }

    /// <summary>How many bytes belong to the rest of a line that was too long.</summary>
    private int PassOver(ReadOnlySpan<byte> lines)
    {
        if (!_isPassingOver)
        {
            return 0;
        }

        var newline = lines.IndexOf((byte)'\n');
        _isPassingOver = newline < 0;
        _line += newline < 0 ? 0 : 1;
        return newline < 0 ? lines.Length : newline + 1;
    }
}

/// <summary>Some whole lines.</summary>
/// <param name="Buffer">Where they are.</param>
/// <param name="Start">Where the first of them begins.</param>
/// <param name="Length">How many bytes they are.</param>
/// <param name="FirstLine">The number of the first of them.</param>
internal sealed record LineChunk(byte[] Buffer, int Start, int Length, long FirstLine)
{
    /// <summary>True when there is a line that is too long instead.</summary>
    public bool IsTooLong { get; init; }

    public ReadOnlyMemory<byte> Lines => Buffer.AsMemory(Start, Length);
}

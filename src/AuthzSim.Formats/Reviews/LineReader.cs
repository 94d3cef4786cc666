using System.Text;

namespace AuthzSim.Formats.Reviews;

/// <summary>
/// Lines of a stream in one sliding buffer, which grows up to the longest line allowed; of a longer one only the fact remains.
/// Lines stay valid until the next <see cref="Fill"/>.
/// </summary>
internal sealed class LineReader(Stream source, int maxLength, IProgress<long>? progress)
{
    private const int FirstSize = 1 << 20;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;
    private int _searched;
    private long _bytesRead;
    private bool _isFinal;
    private bool _isAtNewline;

    /// <summary>The rest of a line that was too long is still to be passed over.</summary>
    private bool _isPassingOver;

    /// <summary>The number of the line taken last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>True when the line taken last was too long, and came as empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads more; false when everything has been read and taken.</summary>
    public bool Fill()
    {
        if (_isFinal)
        {
            return false;
        }

        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end, _searched) = (0, _end - _start, _searched - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, maxLength + FirstSize));
        }

        var read = source.Read(_buffer, _end, _buffer.Length - _end);
        _isFinal = read == 0;
        if (_bytesRead == 0 && !_isFinal)
        {
            read += SkipByteOrderMark(read);
        }

        _end += read;
        _bytesRead += read;
        progress?.Report(_bytesRead);
        return true;
    }

    /// <summary>The next line without its end; false when more must be read first.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> line)
    {
        line = default;
        Search();
        if (_isPassingOver)
        {
            if (!DropLine())
            {
                return false;
            }

            Search();
        }

        var length = _searched - _start;
        if (length > maxLength)
        {
            Number++;
            (IsTooLong, _isPassingOver) = (true, true);
            return true;
        }

        if (!_isAtNewline && (!_isFinal || length == 0))
        {
            return false;
        }

        line = _buffer.AsMemory(_start.._searched);
        Number++;
        IsTooLong = false;
        SkipLine();
        return true;
    }

    /// <summary>To the next newline, or to the end of what is there.</summary>
    private void Search()
    {
        var newline = _buffer.AsSpan(_searched.._end).IndexOf((byte)'\n');
        _searched = newline < 0 ? _end : _searched + newline;
        _isAtNewline = newline >= 0;
    }

    /// <summary>Drops what is there of a line that is too long; true when that was its rest.</summary>
    private bool DropLine()
    {
        _isPassingOver = !_isAtNewline;
        SkipLine();
        return !_isPassingOver;
    }

    private void SkipLine() => _start = _searched = _isAtNewline ? _searched + 1 : _end;

    private int SkipByteOrderMark(int read)
    {
        var added = 0;
        while (read + added < Encoding.UTF8.Preamble.Length && source.Read(_buffer, read + added, 1) is 1)
        {
            added++;
        }

        if (_buffer.AsSpan(0, read + added).StartsWith(Encoding.UTF8.Preamble))
        {
            _start = _searched = Encoding.UTF8.Preamble.Length;
        }

        return added;
    }
}

using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AuthzSim.Formats.Json;

/// <summary>
/// The part of the input that is in memory. It slides over a stream and grows only when one item is larger than it.
/// Every byte it hands out is known to be UTF-8.
/// </summary>
internal sealed class JsonWindow
{
    public const int DefaultSize = 1 << 20;

    private readonly Stream? _source;
    private readonly Locator _locator;
    private readonly ReadingProgress? _progress;
    private byte[] _buffer = [];
    private ReadOnlyMemory<byte> _data;
    private int _end;
    private int _validated;

    /// <summary>A window that holds all there is.</summary>
    public JsonWindow(ReadOnlyMemory<byte> whole, Locator locator)
    {
        (_data, _end, _validated, _locator, IsFinal) = (whole, whole.Length, whole.Length, locator, true);
    }

    /// <summary>A window that slides over a stream.</summary>
    public JsonWindow(Stream source, TextLocator locator, ReadingProgress? progress, int size)
    {
        _buffer = new byte[Math.Max(size, 16)];
        (_data, _source, _locator, _progress) = (_buffer, source, locator, progress);
        locator.Attach(_data);
        SkipByteOrderMark(locator);
    }

    /// <summary>Index of the first byte not yet consumed.</summary>
    public int Start { get; private set; }

    /// <summary>True when nothing follows what is in memory.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>True when the byte after those in memory is no text: what stands before it is still read.</summary>
    public bool IsBroken { get; private set; }

    public Locator Locator => _locator;

    public ReadOnlyMemory<byte> UnreadMemory => _data[Start..UsableEnd];

    public ReadOnlySpan<byte> Unread => _data.Span[Start..UsableEnd];

    /// <summary>A character cut at the end of the window waits for its remaining bytes.</summary>
    private int UsableEnd => IsFinal ? _end : _validated;

    public ReadOnlySpan<byte> Bytes => _data.Span[.._end];

    /// <summary>How many bytes fit in memory before it grows; 0 when all there is is there.</summary>
    public int Capacity => _buffer.Length;

    public void Advance(int count) => Start += count;

    /// <summary>To the next byte that means something; false at the end of the input.</summary>
    /// <exception cref="UnreadableInputException">What follows is not UTF-8.</exception>
    public bool SkipBlanks()
    {
        while (true)
        {
            var blanks = Unread.IndexOfAnyExcept(" \t\r\n"u8);
            if (blanks >= 0)
            {
                Advance(blanks);
                return true;
            }

            Advance(Unread.Length);
            if (IsFinal)
            {
                return false;
            }

            Fill();
        }
    }

    /// <summary>Makes more of the input available, or learns that there is none.</summary>
    /// <exception cref="UnreadableInputException">What follows is not UTF-8.</exception>
    public void Fill()
    {
        if (_source is null || IsFinal)
        {
            return;
        }

        if (IsBroken)
        {
            throw new UnreadableInputException(
                _validated, DiagnosticCodes.Encoding, $"byte `0x{_buffer[_validated]:x2}` is not UTF-8 text: save the file as UTF-8");
        }

        if (Start > 0)
        {
            _locator.Drop(Start);
            _buffer.AsSpan(Start.._end).CopyTo(_buffer);
            _end -= Start;
            _validated -= Start;
            Start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, checked(_buffer.Length * 2));
            _data = _buffer;
            ((TextLocator)_locator).Attach(_data);
        }

        var read = _source.ReadAtLeast(_buffer.AsSpan(_end), 1, throwOnEndOfStream: false);
        _end += read;
        _progress?.Add(read);
        Validate(isFinal: read == 0);
        IsFinal = read == 0 && !IsBroken;
    }

    private void SkipByteOrderMark(TextLocator locator)
    {
        while (_end < 3 && !IsFinal)
        {
            Fill();
        }

        if (Bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            locator.SkipMark(3);
            Start = 3;
        }
    }

    private void Validate(bool isFinal)
    {
        var fresh = _buffer.AsSpan(_validated.._end);
        if (Utf8.IsValid(fresh))
        {
            _validated = _end;
            return;
        }

        while (_validated < _end)
        {
            var status = Rune.DecodeFromUtf8(_buffer.AsSpan(_validated.._end), out _, out var length);
            if (status == OperationStatus.NeedMoreData && !isFinal)
            {
                return;
            }

            if (status != OperationStatus.Done)
            {
                IsBroken = true;
                return;
            }

            _validated += length;
        }
    }
}

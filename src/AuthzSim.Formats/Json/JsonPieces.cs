using System.Text.Json;

namespace AuthzSim.Formats.Json;

/// <summary>
/// Remembers where the piece that is being read began, to turn the line and column of a <see cref="JsonException"/>, which
/// count from there, into an index.
/// </summary>
internal sealed class JsonPieces
{
    private int _start;
    private Place _offset;

    /// <summary>Lines, and bytes of the last line, from the start of a piece.</summary>
    public readonly record struct Place(long Lines, long Bytes);

    public void Begin(int start, bool isResumed)
    {
        _start = start;
        _offset = isResumed ? _offset : default;
    }

    /// <summary>How far the reader of the current piece had come when it was put aside.</summary>
    public Place Suspend(ReadOnlySpan<byte> window, int consumed)
    {
        var passed = window.Slice(_start, consumed);
        return new Place(passed.Count((byte)'\n'), passed.Length - 1 - passed.LastIndexOf((byte)'\n'));
    }

    /// <summary>The current piece continues one that was put aside.</summary>
    public void Resume(Place place) => _offset = place;

    /// <summary>The index of the error.</summary>
    public int IndexOf(JsonException error, ReadOnlySpan<byte> window)
    {
        var lines = (error.LineNumber ?? 0) - _offset.Lines;
        var bytes = (error.BytePositionInLine ?? 0) - (lines == 0 ? _offset.Bytes : 0);
        var index = _start;
        for (; lines > 0; lines--)
        {
            index += window[index..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Clamp(index + bytes, _start, window.Length);
    }
}

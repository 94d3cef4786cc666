using System.Runtime.ExceptionServices;
using AuthzSim.Audit;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// JSON Lines: an event a line, or a list of them. A line that cannot be read spoils no other. Chunks of lines are decoded beside
/// each other, and their events handed out in order.
/// </summary>
/// <param name="input">The input.</param>
/// <param name="path">What places call it.</param>
/// <param name="decoders">The decoders.</param>
/// <param name="problems">Takes the problems, in order.</param>
internal sealed class AuditLines(Stream input, string path, AuditDecoders decoders, AuditProblems problems) : AuditSource
{
    private readonly LineChunks _chunks = new(input, AuditLogReader.MaxEventLength);
    private readonly ReadAhead<(List<AuditEvent> Events, AuditProblems Problems)> _ahead = new();
    private List<AuditEvent> _events = [];
    private int _next;
    private ExceptionDispatchInfo? _failure;
    private bool _isAtEnd;

    public override AuditEvent? Next()
    {
        while (_next == _events.Count)
        {
            FillAhead();
            if (!_ahead.TryTake(out var chunk))
            {
                var failure = _failure;
                _failure = null;
                failure?.Throw();
                return null;
            }

            (_events, _next) = (chunk.Events, 0);
            problems.Add(chunk.Problems);
        }

        return _events[_next++];
    }

    /// <summary>An input that fails is told after what came before.</summary>
    private void FillAhead()
    {
        try
        {
            while (!_isAtEnd && !_ahead.IsFull)
            {
                if (_chunks.Next() is { } chunk)
                {
                    _ahead.Add(() => Decode(chunk));
                }
                else
                {
                    _isAtEnd = true;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            (_isAtEnd, _failure) = (true, ExceptionDispatchInfo.Capture(e));
        }
    }

    private (List<AuditEvent> Events, AuditProblems Problems) Decode(LineChunk chunk)
    {
        var decoder = decoders.Take();
        var lines = new AuditLineDecoder(path, decoder);
        lines.Read(chunk);
        decoders.Return(decoder);
        _chunks.Return(chunk);
        return (lines.Events, lines.Problems);
    }
}

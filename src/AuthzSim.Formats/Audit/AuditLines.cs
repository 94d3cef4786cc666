using System.Runtime.ExceptionServices;
using AuthzSim.Audit;

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
    private static readonly int _ahead = Environment.ProcessorCount + 1;

    private readonly LineChunks _chunks = new(input, AuditLogReader.MaxEventLength);
    private readonly Queue<PendingChunk> _pending = [];
    private List<AuditEvent> _events = [];
    private int _next;
    private ExceptionDispatchInfo? _failure;
    private bool _isAtEnd;

    public override AuditEvent? Next()
    {
        while (_next == _events.Count)
        {
            ReadAhead();
            if (!_pending.TryDequeue(out var first))
            {
                var failure = _failure;
                _failure = null;
                failure?.Throw();
                return null;
            }

            var (events, found) = ResultOf(first);
            (_events, _next) = (events, 0);
            problems.Add(found);
        }

        return _events[_next++];
    }

    /// <summary>What was in a chunk. While another thread is at it, this one decodes those that come after.</summary>
    private (List<AuditEvent> Events, AuditProblems Problems) ResultOf(PendingChunk first)
    {
        first.Execute();
        foreach (var later in _pending)
        {
            if (first.IsDone)
            {
                break;
            }

            later.Execute();
        }

        return first.Wait();
    }

    /// <summary>An input that fails is told after what came before.</summary>
    private void ReadAhead()
    {
        try
        {
            while (!_isAtEnd && _pending.Count < _ahead)
            {
                if (_chunks.Next() is { } chunk)
                {
                    var pending = new PendingChunk(() => Decode(chunk));
                    _pending.Enqueue(pending);
                    ThreadPool.UnsafeQueueUserWorkItem(pending, preferLocal: false);
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

using System.Runtime.ExceptionServices;
using AuthzSim.Audit;

namespace AuthzSim.Formats.Audit;

/// <summary>
/// A chunk of lines that whoever comes first decodes. A task would do, but that waiting for one spins, on a core that another
/// chunk could be decoded on.
/// </summary>
internal sealed class PendingChunk(Func<(List<AuditEvent> Events, AuditProblems Problems)> decode) : IThreadPoolWorkItem
{
    private readonly object _done = new();
    private (List<AuditEvent> Events, AuditProblems Problems) _result;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isDone;
    private int _isTaken;

    /// <summary>True when it is decoded.</summary>
    public bool IsDone => _isDone;

    /// <summary>Decodes it, unless somebody has begun to.</summary>
    public void Execute()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            return;
        }

        try
        {
            _result = decode();
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown where the chunk is waited for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        lock (_done)
        {
            _isDone = true;
            Monitor.PulseAll(_done);
        }
    }

    /// <summary>What was in it, once somebody who has begun to decode it is done.</summary>
    public (List<AuditEvent> Events, AuditProblems Problems) Wait()
    {
        lock (_done)
        {
            while (!_isDone)
            {
                Monitor.Wait(_done);
            }
        }

        _failure?.Throw();
        return _result;
    }
}

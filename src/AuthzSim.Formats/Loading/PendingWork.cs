using System.Runtime.ExceptionServices;

namespace AuthzSim.Formats.Loading;

/// <summary>
/// Work that whoever comes first does. A task would do, but that waiting for one spins, on a core that other work could be done on.
/// </summary>
internal sealed class PendingWork<T>(Func<T> work) : IThreadPoolWorkItem
{
    private readonly object _done = new();
    private T? _result;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isDone;
    private int _isTaken;

    /// <summary>True when it is done.</summary>
    public bool IsDone => _isDone;

    /// <summary>Does it, unless somebody has begun to.</summary>
    public void Execute()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            return;
        }

        try
        {
            _result = work();
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown where the work is waited for.
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

    /// <summary>What came of it, once somebody who has begun with it is done.</summary>
    public T Wait()
    {
        lock (_done)
        {
            while (!_isDone)
            {
                Monitor.Wait(_done);
            }
        }

        _failure?.Throw();
        return _result!;
    }
}

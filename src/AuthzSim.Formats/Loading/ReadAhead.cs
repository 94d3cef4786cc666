namespace AuthzSim.Formats.Loading;

/// <summary>
/// Parts of an input that are read on all cores beside each other, and whose results are taken in order. For one thread, which
/// reads too while it would wait.
/// </summary>
internal sealed class ReadAhead<T>
{
    private static readonly int _most = Environment.ProcessorCount + 1;

    private readonly Queue<PendingWork<T>> _pending = [];

    /// <summary>True when as many parts are waiting as make sense.</summary>
    public bool IsFull => _pending.Count >= _most;

    /// <summary>Adds a part.</summary>
    /// <param name="read">Reads it, on any thread.</param>
    public void Add(Func<T> read)
    {
        var pending = new PendingWork<T>(read);
        _pending.Enqueue(pending);
        ThreadPool.UnsafeQueueUserWorkItem(pending, preferLocal: false);
    }

    /// <summary>What was in the first part; false when there is none.</summary>
    public bool TryTake(out T result)
    {
        if (!_pending.TryDequeue(out var first))
        {
            result = default!;
            return false;
        }

        first.Execute();
        foreach (var later in _pending)
        {
            if (first.IsDone)
            {
                break;
            }

            later.Execute();
        }

        result = first.Wait();
        return true;
    }
}

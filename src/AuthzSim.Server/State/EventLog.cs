namespace AuthzSim.Server.State;

/// <summary>
/// The last changes and what everything was like after them, so that a watch and a list in pages can go on where they were. Holds
/// so many and no more: who is further behind is told so. Safe to share between threads.
/// </summary>
internal sealed class EventLog(StoreState start, int capacity)
{
    private readonly Lock _lock = new();
    private readonly (ObjectEvent Event, VersionedObjects After)[] _ring = new (ObjectEvent, VersionedObjects)[capacity];
    private VersionedObjects _before = start;
    private StoreState _current = start;
    private long _count;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreState Current => Volatile.Read(ref _current);

    /// <summary>Takes the changes that led to a state, and tells who waits.</summary>
    public void Append(IReadOnlyList<ObjectEvent> events, StoreState after)
    {
        // The policies of the past answer nobody, and would take many times as much memory as the objects.
        var objects = new VersionedObjects(after.Version, after.Objects);
        TaskCompletionSource changed;
        lock (_lock)
        {
            foreach (var item in events)
            {
                ref var slot = ref _ring[_count % capacity];
                if (_count >= capacity)
                {
                    _before = slot.After;
                }

                slot = (item, objects);
                _count++;
            }

            Volatile.Write(ref _current, after);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    /// <summary>The changes after a version; null when some of them are no longer known.</summary>
    /// <param name="version">The version.</param>
    /// <param name="state">What everything is like after these changes.</param>
    /// <param name="changed">Completes at the next change after that.</param>
    public List<ObjectEvent>? ReadAfter(long version, out StoreState state, out Task changed)
    {
        lock (_lock)
        {
            (state, changed) = (_current, _changed.Task);
            var first = Math.Max(0, _count - capacity);
            if (version < _before.Version)
            {
                return null;
            }

            List<ObjectEvent> events = [];
            for (var i = FirstAfter(version, first); i < _count; i++)
            {
                events.Add(_ring[i % capacity].Event);
            }

            return events;
        }
    }

    /// <summary>What everything was like at a version; null when that is no longer known, or not yet.</summary>
    public VersionedObjects? At(long version)
    {
        lock (_lock)
        {
            if (version >= _current.Version)
            {
                return version == _current.Version ? _current : null;
            }

            if (version < _before.Version)
            {
                return null;
            }

            var next = FirstAfter(version, Math.Max(0, _count - capacity));
            return next == Math.Max(0, _count - capacity) ? _before : _ring[(next - 1) % capacity].After;
        }
    }

    private long FirstAfter(long version, long first)
    {
        var (low, high) = (first, _count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_ring[middle % capacity].Event.Version <= version)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

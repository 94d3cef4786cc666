using System.Collections.Concurrent;

namespace AuthzSim.Authentication.Certificates;

/// <summary>Lends .NET's key objects, which are not for several threads, to one thread at a time and keeps them for the next.</summary>
internal sealed class KeyPool<T>(Func<T> create)
    where T : class
{
    private readonly ConcurrentBag<T> _idle = [];

    public bool Use(Func<T, bool> use)
    {
        var key = _idle.TryTake(out var kept) ? kept : create();
        var result = use(key);
        _idle.Add(key);
        return result;
    }
}

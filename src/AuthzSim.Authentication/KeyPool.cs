using System.Collections.Concurrent;

namespace AuthzSim.Authentication;

/// <summary>
/// Copies of one key, of which no two threads use the same at a time: .NET's key objects do not promise to be shared.
/// </summary>
internal sealed class KeyPool<T>(Func<T> create)
    where T : class
{
    private readonly ConcurrentBag<T> _idle = [];

    public T Rent() => _idle.TryTake(out var key) ? key : create();

    public void Return(T key) => _idle.Add(key);
}

using System.Diagnostics.CodeAnalysis;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>Values by name, of which the longest unused gives way when there are too many.</summary>
internal sealed class RecentlyUsed<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Name, T Value)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Name, T Value)> _order = [];

    public bool TryGet(string name, [MaybeNullWhen(false)] out T value)
    {
        lock (_lock)
        {
            var isThere = _nodes.TryGetValue(name, out var node);
            value = isThere ? node!.Value.Value : default;
            if (isThere)
            {
                _order.Remove(node!);
                _order.AddLast(node!);
            }

            return isThere;
        }
    }

    public void Set(string name, T value)
    {
        lock (_lock)
        {
            if (_nodes.Remove(name, out var old))
            {
                _order.Remove(old);
            }

            _nodes[name] = _order.AddLast((name, value));
            if (_nodes.Count > capacity)
            {
                _nodes.Remove(_order.First!.Value.Name);
                _order.RemoveFirst();
            }
        }
    }
}

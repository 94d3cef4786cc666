using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>
/// Set operations on diagrams, value by value. One instance remembers what it made: equal nodes are one object and no pair is
/// worked out twice, so that many sets over the same roles cost little more than one. Not safe to share between threads.
/// </summary>
internal sealed class NodeAlgebra
{
    private readonly Dictionary<AccessNode, AccessNode> _nodes = [];
    private readonly Dictionary<(Operation, AccessNode, AccessNode), AccessNode> _results = new(PairComparer.Instance);

    private enum Operation
    {
        Union,
        Intersect,
        Except,
    }

    public AccessNode Union(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsFull || ReferenceEquals(a, b) ? b
        : b.IsEmpty || a.IsFull ? a
        : Combine(Operation.Union, a, b);

    public AccessNode Intersect(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsFull || ReferenceEquals(a, b) ? a
        : b.IsEmpty || a.IsFull ? b
        : Combine(Operation.Intersect, a, b);

    public AccessNode Except(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsEmpty ? a
        : b.IsFull || ReferenceEquals(a, b) ? AccessNode.Empty
        : Combine(Operation.Except, a, b);

    /// <summary>True when the first holds nothing that the second does not; stops at the first thing that it finds.</summary>
    public static bool IsSubset(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsFull || ReferenceEquals(a, b) || (!b.IsEmpty && AllPairs(a, b, IsSubset));

    /// <summary>True when both hold something; stops at the first thing that it finds.</summary>
    public static bool Overlap(AccessNode a, AccessNode b) => !AreDisjoint(a, b);

    /// <summary>The union of many, joined pairwise so that large nodes are made late.</summary>
    public AccessNode Union(IEnumerable<AccessNode> nodes)
    {
        List<AccessNode> row = [.. nodes];
        while (row.Count > 1)
        {
            var next = new List<AccessNode>((row.Count + 1) / 2);
            for (var i = 0; i < row.Count; i += 2)
            {
                next.Add(i + 1 < row.Count ? Union(row[i], row[i + 1]) : row[i]);
            }

            row = next;
        }

        return row.Count == 0 ? AccessNode.Empty : row[0];
    }

    /// <summary>The node of values, in any order and repeated at will, that all have the same node; any other value has another.</summary>
    public AccessNode Values(IEnumerable<string> values, AccessNode node, AccessNode other)
    {
        string[] keys = [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return Unique(ValueNode.Of(keys, [.. Enumerable.Repeat(node, keys.Length)], other));
    }

    /// <summary>The node of distinct values in ordinal order.</summary>
    public AccessNode Values(IReadOnlyList<string> keys, IReadOnlyList<AccessNode> nodes, AccessNode other) =>
        Unique(ValueNode.Of(keys, nodes, other));

    /// <summary>The node of the paths that a rule's <c>nonResourceURLs</c> match (see <see cref="RuleMatcher.NonResourceUrlMatches"/>).</summary>
    public AccessNode Paths(IEnumerable<string> urls, AccessNode node)
    {
        PathKey[] keys =
        [
            .. urls.SelectMany(url => url.EndsWith('*') ? [new PathKey(url.TrimEnd('*'), true), new PathKey(url, false)] : new[] { new PathKey(url, false) })
                .Distinct().Order(),
        ];
        return Unique(PathNode.Of(keys, [.. Enumerable.Repeat(node, keys.Length)], AccessNode.Empty));
    }

    /// <summary>The node of paths in order.</summary>
    public AccessNode Paths(IReadOnlyList<PathKey> keys, IReadOnlyList<AccessNode> nodes, AccessNode other) =>
        Unique(PathNode.Of(keys, nodes, other));

    private static bool AreDisjoint(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsEmpty || (!a.IsFull && !b.IsFull && !ReferenceEquals(a, b) && AllPairs(a, b, AreDisjoint));

    /// <summary>True when a relation holds between the nodes of every value.</summary>
    private static bool AllPairs(AccessNode a, AccessNode b, Func<AccessNode, AccessNode, bool> holds)
    {
        if (a is PathNode || b is PathNode)
        {
            var (x, y) = (a as PathNode, b as PathNode);
            return holds(x?.Other ?? a, y?.Other ?? b)
                && (x?.Keys ?? []).Concat(y?.Keys ?? []).All(key => holds(x?.At(key) ?? a, y?.At(key) ?? b));
        }

        var (v, w) = (a as ValueNode, b as ValueNode);
        if (!holds(v?.Other ?? a, w?.Other ?? b))
        {
            return false;
        }

        for (var i = 0; i < v?.Keys.Length; i++)
        {
            if (!holds(v.Children[i], b.At(v.Keys[i])))
            {
                return false;
            }
        }

        for (var i = 0; i < w?.Keys.Length; i++)
        {
            if (!holds(a.At(w.Keys[i]), w.Children[i]))
            {
                return false;
            }
        }

        return true;
    }

    private AccessNode Unique(AccessNode node)
    {
        if (_nodes.TryGetValue(node, out var known))
        {
            return known;
        }

        _nodes.Add(node, node);
        return node;
    }

    private AccessNode Apply(Operation operation, AccessNode a, AccessNode b) => operation switch
    {
        Operation.Union => Union(a, b),
        Operation.Intersect => Intersect(a, b),
        _ => Except(a, b),
    };

    private AccessNode Combine(Operation operation, AccessNode a, AccessNode b)
    {
        if (!_results.TryGetValue((operation, a, b), out var result))
        {
            result = Unique(a is PathNode || b is PathNode ? CombinePaths(operation, a, b) : CombineValues(operation, a, b));
            _results.Add((operation, a, b), result);
        }

        return result;
    }

    private AccessNode CombineValues(Operation operation, AccessNode a, AccessNode b)
    {
        var (x, y) = (a as ValueNode, b as ValueNode);
        var (keysOfX, keysOfY) = (x?.Keys ?? [], y?.Keys ?? []);
        var (otherOfX, otherOfY) = (x?.Other ?? a, y?.Other ?? b);
        List<string> keys = new(keysOfX.Length + keysOfY.Length);
        List<AccessNode> children = new(keysOfX.Length + keysOfY.Length);
        for (var (i, j) = (0, 0); i < keysOfX.Length || j < keysOfY.Length;)
        {
            var order = i == keysOfX.Length ? 1 : j == keysOfY.Length ? -1 : string.CompareOrdinal(keysOfX[i], keysOfY[j]);
            keys.Add(order <= 0 ? keysOfX[i] : keysOfY[j]);
            children.Add(Apply(operation, order <= 0 ? x!.Children[i] : otherOfX, order >= 0 ? y!.Children[j] : otherOfY));
            (i, j) = (order <= 0 ? i + 1 : i, order >= 0 ? j + 1 : j);
        }

        return ValueNode.Of(keys, children, Apply(operation, otherOfX, otherOfY));
    }

    private AccessNode CombinePaths(Operation operation, AccessNode a, AccessNode b)
    {
        var (x, y) = (a as PathNode, b as PathNode);
        var (keysOfX, keysOfY) = (x?.Keys ?? [], y?.Keys ?? []);
        var (otherOfX, otherOfY) = (x?.Other ?? a, y?.Other ?? b);
        List<PathKey> keys = new(keysOfX.Length + keysOfY.Length);
        List<AccessNode> children = new(keysOfX.Length + keysOfY.Length);
        var around = new Stack<(string Prefix, AccessNode InX, AccessNode InY)>([("", otherOfX, otherOfY)]);
        for (var (i, j) = (0, 0); i < keysOfX.Length || j < keysOfY.Length;)
        {
            var order = i == keysOfX.Length ? 1 : j == keysOfY.Length ? -1 : keysOfX[i].CompareTo(keysOfY[j]);
            var key = order <= 0 ? keysOfX[i] : keysOfY[j];
            while (!key.Text.StartsWith(around.Peek().Prefix, StringComparison.Ordinal))
            {
                around.Pop();
            }

            var inX = order <= 0 ? x!.Children[i] : around.Peek().InX;
            var inY = order >= 0 ? y!.Children[j] : around.Peek().InY;
            keys.Add(key);
            children.Add(Apply(operation, inX, inY));
            if (key.IsPrefix)
            {
                around.Push((key.Text, inX, inY));
            }

            (i, j) = (order <= 0 ? i + 1 : i, order >= 0 ? j + 1 : j);
        }

        return PathNode.Of(keys, children, Apply(operation, otherOfX, otherOfY));
    }

    /// <summary>Nodes made here are one object each, and those from elsewhere only miss what is remembered.</summary>
    private sealed class PairComparer : IEqualityComparer<(Operation Operation, AccessNode A, AccessNode B)>
    {
        public static PairComparer Instance { get; } = new();

        public bool Equals((Operation Operation, AccessNode A, AccessNode B) x, (Operation Operation, AccessNode A, AccessNode B) y) =>
            x.Operation == y.Operation && ReferenceEquals(x.A, y.A) && ReferenceEquals(x.B, y.B);

        public int GetHashCode((Operation Operation, AccessNode A, AccessNode B) key) =>
            HashCode.Combine(key.Operation, key.A.GetHashCode(), key.B.GetHashCode());
    }
}

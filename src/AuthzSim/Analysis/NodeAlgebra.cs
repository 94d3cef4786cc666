using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>
/// Set operations on diagrams, value by value. One instance remembers what it made: equal nodes are one object and no pair is
/// worked out twice, so that many sets over the same roles cost little more than one. Not safe to share between threads.
/// </summary>
internal sealed class NodeAlgebra
{
    // More than this are united, so that the work does not follow the product of their numbers.
    private const int Few = 8;

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

    /// <summary>
    /// What some of many hold and none of many others. Where there are few they are taken one by one, which many questions have in
    /// common, and what only the others hold first, which leaves little.
    /// </summary>
    public AccessNode Except(ReadOnlySpan<AccessNode> own, ReadOnlySpan<AccessNode> theirs)
    {
        if (own.Length > Few || theirs.Length > Few)
        {
            return Except(Union(own.ToArray()), Union(theirs.ToArray()));
        }

        var result = AccessNode.Empty;
        foreach (var node in own)
        {
            if (!theirs.Contains(node))
            {
                result = Union(result, Except(Except(node, theirs, own, areShared: false), theirs, own, areShared: true));
            }
        }

        return result;
    }

    /// <summary>What a node holds and none of many others.</summary>
    public AccessNode Except(AccessNode node, ReadOnlySpan<AccessNode> others)
    {
        if (others.Length > Few)
        {
            return Except(node, Union(others.ToArray()));
        }

        foreach (var other in others)
        {
            node = Except(node, other);
        }

        return node;
    }

    private AccessNode Except(AccessNode node, ReadOnlySpan<AccessNode> others, ReadOnlySpan<AccessNode> own, bool areShared)
    {
        foreach (var other in others)
        {
            node = own.Contains(other) == areShared ? Except(node, other) : node;
        }

        return node;
    }

    /// <summary>True when the first holds nothing that the second does not; stops at the first thing that it finds.</summary>
    public static bool IsSubset(AccessNode a, AccessNode b) =>
        a.IsEmpty || b.IsFull || ReferenceEquals(a, b) || (!b.IsEmpty && AllPairs(a, b, isSymmetric: false, IsSubset));

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

    /// <summary>The node of a set of values that all have the same node; what is not in the set has none.</summary>
    public AccessNode Values(ValueSet values, AccessNode node) =>
        values.IsComplement ? Values(values.Values, AccessNode.Empty, node) : Values(values.Values, node, AccessNode.Empty);

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
        a.IsEmpty || b.IsEmpty || (!a.IsFull && !b.IsFull && !ReferenceEquals(a, b) && AllPairs(a, b, isSymmetric: true, AreDisjoint));

    /// <summary>
    /// True when a relation, which the empty node has to any other, holds between the nodes of every value. Values of which the
    /// first, or with a symmetric relation either, holds nothing are not looked at: a small node is compared to a large one quickly.
    /// </summary>
    private static bool AllPairs(AccessNode a, AccessNode b, bool isSymmetric, Func<AccessNode, AccessNode, bool> holds)
    {
        if (a is PathNode || b is PathNode)
        {
            var (x, y) = (a as PathNode, b as PathNode);
            return holds(x?.Other ?? a, y?.Other ?? b)
                && (x?.Keys ?? []).Concat(y?.Keys ?? []).All(key => holds(x?.At(key) ?? a, y?.At(key) ?? b));
        }

        var (v, w) = (a as ValueNode, b as ValueNode);
        var (otherOfA, otherOfB) = (v?.Other ?? a, w?.Other ?? b);
        if (!holds(otherOfA, otherOfB))
        {
            return false;
        }

        var (keysOfA, keysOfB) = (v?.Keys ?? [], w?.Keys ?? []);
        var isEnoughOfB = isSymmetric && otherOfB.IsEmpty && !(otherOfA.IsEmpty && keysOfA.Length <= keysOfB.Length);
        for (var i = 0; i < keysOfA.Length && !isEnoughOfB; i++)
        {
            if (!holds(v!.Children[i], b.At(keysOfA[i])))
            {
                return false;
            }
        }

        for (var i = 0; i < keysOfB.Length && (isEnoughOfB || !otherOfA.IsEmpty); i++)
        {
            if (!holds(a.At(keysOfB[i]), w!.Children[i]))
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
            result = Unique(
                a is PathNode || b is PathNode ? CombinePaths(operation, a, b)
                : operation != Operation.Union && a is ValueNode { Other.IsEmpty: true } x && b is ValueNode { Other.IsEmpty: true } y
                    ? operation == Operation.Except ? ExceptListed(x, y) : IntersectListed(x, y)
                : CombineValues(operation, a, b));
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

    /// <summary>The difference of nodes that hold nothing of any other value, the usual case: often nothing changes, and nothing is made.</summary>
    private AccessNode ExceptListed(ValueNode a, ValueNode b)
    {
        AccessNode[]? children = null;
        for (var (i, j) = (0, 0); i < a.Keys.Length && j < b.Keys.Length;)
        {
            var order = string.CompareOrdinal(a.Keys[i], b.Keys[j]);
            if (order == 0)
            {
                var child = Except(a.Children[i], b.Children[j]);
                if (!ReferenceEquals(child, a.Children[i]))
                {
                    (children ??= [.. a.Children])[i] = child;
                }
            }

            (i, j) = (order <= 0 ? i + 1 : i, order >= 0 ? j + 1 : j);
        }

        return children is null ? a : ValueNode.Of(a.Keys, children, AccessNode.Empty);
    }

    /// <summary>The same of what both hold: values are looked up in the larger.</summary>
    private AccessNode IntersectListed(ValueNode a, ValueNode b)
    {
        var (smaller, larger) = a.Keys.Length <= b.Keys.Length ? (a, b) : (b, a);
        var children = new AccessNode[smaller.Keys.Length];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = Intersect(smaller.Children[i], larger.At(smaller.Keys[i]));
        }

        return ValueNode.Of(smaller.Keys, children, AccessNode.Empty);
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

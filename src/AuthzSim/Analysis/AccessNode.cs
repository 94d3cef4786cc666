namespace AuthzSim.Analysis;

/// <summary>
/// A set of actions as a decision diagram: each level asks one dimension (namespace, API group, subresource, resource, name,
/// verb; or path, verb) and holds one node for each value that matters and one for any other value. A value whose node is that
/// of any other value is left out, so equal sets have equal diagrams. <see cref="Empty"/> and <see cref="Full"/> stand at any
/// level. Made by <see cref="NodeAlgebra"/> only.
/// </summary>
internal abstract class AccessNode : IEquatable<AccessNode>
{
    private readonly int _hash;

    private protected AccessNode(int hash) => _hash = hash;

    /// <summary>No action.</summary>
    public static AccessNode Empty { get; } = new TerminalNode(0x3c6ef372);

    /// <summary>Every action.</summary>
    public static AccessNode Full { get; } = new TerminalNode(0x1f83d9ab);

    public bool IsEmpty => ReferenceEquals(this, Empty);

    public bool IsFull => ReferenceEquals(this, Full);

    public bool Equals(AccessNode? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && HasSameParts(other));

    public sealed override bool Equals(object? obj) => Equals(obj as AccessNode);

    public sealed override int GetHashCode() => _hash;

    /// <summary>The node of the next level for a value.</summary>
    public abstract AccessNode At(string value);

    private protected abstract bool HasSameParts(AccessNode other);

    private sealed class TerminalNode(int hash) : AccessNode(hash)
    {
        public override AccessNode At(string value) => this;

        private protected override bool HasSameParts(AccessNode other) => false;
    }
}

/// <summary>A level at which values are compared as they stand.</summary>
internal sealed class ValueNode : AccessNode
{
    private ValueNode(string[] keys, AccessNode[] children, AccessNode other, int hash)
        : base(hash) => (Keys, Children, Other) = (keys, children, other);

    /// <summary>The values that matter, in ordinal order.</summary>
    public string[] Keys { get; }

    /// <summary>Their nodes, none of them equal to <see cref="Other"/>.</summary>
    public AccessNode[] Children { get; }

    /// <summary>The node of any other value.</summary>
    public AccessNode Other { get; }

    /// <summary>Makes a node of keys in ordinal order, leaving out those that say nothing.</summary>
    public static AccessNode Of(IReadOnlyList<string> keys, IReadOnlyList<AccessNode> children, AccessNode other)
    {
        var count = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            count += children[i].Equals(other) ? 0 : 1;
        }

        if (count == 0 && (other.IsEmpty || other.IsFull))
        {
            return other;
        }

        var (keptKeys, kept) = (new string[count], new AccessNode[count]);
        var hash = new HashCode();
        hash.Add(other);
        for (var (i, next) = (0, 0); next < count; i++)
        {
            if (!children[i].Equals(other))
            {
                (keptKeys[next], kept[next]) = (keys[i], children[i]);
                hash.Add(string.GetHashCode(keys[i], StringComparison.Ordinal));
                hash.Add(children[i]);
                next++;
            }
        }

        return new ValueNode(keptKeys, kept, other, hash.ToHashCode());
    }

    public override AccessNode At(string value)
    {
        var place = Array.BinarySearch(Keys, value, StringComparer.Ordinal);
        return place < 0 ? Other : Children[place];
    }

    private protected override bool HasSameParts(AccessNode other) =>
        other is ValueNode node && Other.Equals(node.Other) && Keys.AsSpan().SequenceEqual(node.Keys) && Children.AsSpan().SequenceEqual(node.Children);
}

/// <summary>One path, or all that begin with it. Ordinal order puts a prefix before everything it holds.</summary>
/// <param name="Text">The path or prefix.</param>
/// <param name="IsPrefix">True for a prefix.</param>
internal readonly record struct PathKey(string Text, bool IsPrefix) : IComparable<PathKey>
{
    public int CompareTo(PathKey other)
    {
        var order = string.CompareOrdinal(Text, other.Text);
        return order != 0 ? order : other.IsPrefix.CompareTo(IsPrefix);
    }
}

/// <summary>
/// The level of URL paths: the node of a path is that of its own key, else of the longest prefix that has one. A key whose node
/// is that of the next shorter prefix is left out.
/// </summary>
internal sealed class PathNode : AccessNode
{
    private PathNode(PathKey[] keys, AccessNode[] children, AccessNode other, int hash)
        : base(hash) => (Keys, Children, Other) = (keys, children, other);

    public PathKey[] Keys { get; }

    public AccessNode[] Children { get; }

    /// <summary>The node of a path without any key.</summary>
    public AccessNode Other { get; }

    /// <summary>Makes a node of keys in order, leaving out those that say nothing.</summary>
    public static AccessNode Of(IReadOnlyList<PathKey> keys, IReadOnlyList<AccessNode> children, AccessNode other)
    {
        List<PathKey> keptKeys = new(keys.Count);
        List<AccessNode> kept = new(keys.Count);
        var around = new Stack<(string Prefix, AccessNode Node)>();
        for (var i = 0; i < keys.Count; i++)
        {
            var key = keys[i];
            if (key is { Text: "", IsPrefix: true })
            {
                other = children[i];
                continue;
            }

            while (around.TryPeek(out var top) && !key.Text.StartsWith(top.Prefix, StringComparison.Ordinal))
            {
                around.Pop();
            }

            if (!children[i].Equals(around.TryPeek(out var outer) ? outer.Node : other))
            {
                keptKeys.Add(key);
                kept.Add(children[i]);
                if (key.IsPrefix)
                {
                    around.Push((key.Text, children[i]));
                }
            }
        }

        if (kept.Count == 0 && (other.IsEmpty || other.IsFull))
        {
            return other;
        }

        var hash = new HashCode();
        hash.Add(typeof(PathNode));
        hash.Add(other);
        for (var i = 0; i < kept.Count; i++)
        {
            hash.Add(keptKeys[i].Text, StringComparer.Ordinal);
            hash.Add(keptKeys[i].IsPrefix);
            hash.Add(kept[i]);
        }

        return new PathNode([.. keptKeys], [.. kept], other, hash.ToHashCode());
    }

    public override AccessNode At(string value) => At(new PathKey(value, false));

    /// <summary>The node of a path, or of what begins with a prefix and has no key of its own.</summary>
    public AccessNode At(PathKey key)
    {
        var place = Array.BinarySearch(Keys, key);
        for (var length = key.Text.Length; place < 0 && length > 0; length--)
        {
            place = Array.BinarySearch(Keys, new PathKey(key.Text[..length], true));
        }

        return place < 0 ? Other : Children[place];
    }

    private protected override bool HasSameParts(AccessNode other) =>
        other is PathNode node && Other.Equals(node.Other) && Keys.AsSpan().SequenceEqual(node.Keys) && Children.AsSpan().SequenceEqual(node.Children);
}

namespace AuthzSim.Analysis;

/// <summary>
/// A diagram as rules. A rule may hold more than what is still missing as long as it is in the set, so wildcards stay wildcards;
/// and since a diagram is all that is looked at, equal sets give equal rules.
/// </summary>
internal sealed class AccessCover
{
    private const int ResourceLevels = 6;

    // Looking for redundant rules is quadratic, and a list this long is for machines.
    private const int MostSearchedForRedundant = 1024;

    private readonly NodeAlgebra _algebra = new();

    private enum Level
    {
        Namespace,
        ApiGroup,
        Subresource,
        Resource,
        Name,
        Verb,
    }

    /// <summary>
    /// The rules of a diagram from the level of namespaces down. Resources with a slash in their own name, which come with every
    /// <c>pods/log</c> of a rule, stay with the subresource where they can and have rules of their own where not.
    /// </summary>
    public static IEnumerable<AccessRule> ResourceRules(AccessNode resources)
    {
        var cover = new AccessCover();
        var required = cover.WithoutSlashes(0, resources);
        var rules = cover.WithoutRedundant(cover.Cover(0, required, resources), b => cover.NodeOf(0, b), required)
            .GroupBy(b => (Namespaces: b[(int)Level.Namespace], Verbs: b[(int)Level.Verb], Groups: b[(int)Level.ApiGroup], Names: b[(int)Level.Name]))
            .Select(g => cover.WithNamesakes([.. g], resources)).ToList();
        var left = cover._algebra.Except(resources, cover._algebra.Union(rules.SelectMany(r => r.ConvertAll(b => cover.NodeOf(0, b)))));
        return rules.Concat(cover.WithoutRedundant(cover.Cover(0, left, left), b => cover.NodeOf(0, b), left).Select(b => new List<ValueSet[]> { b }))
            .Select(boxes => new ResourceAccessRule(
                boxes[0][(int)Level.Namespace],
                boxes[0][(int)Level.Verb],
                boxes[0][(int)Level.ApiGroup],
                [.. boxes.Select(b => new ResourceSelection(b[(int)Level.Resource], b[(int)Level.Subresource]))],
                boxes[0][(int)Level.Name]));
    }

    /// <summary>The rules of a diagram of paths: verbs that may do the same are gathered.</summary>
    public static IEnumerable<AccessRule> UrlRules(AccessNode urls)
    {
        if (urls.IsEmpty)
        {
            return [];
        }

        var cover = new AccessCover();
        var verbs = VerbsOf(urls).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var other = cover.PathsOf(urls, n => n is ValueNode v ? v.Other : n);
        var byVerb = cover._algebra.Values(verbs, [.. verbs.Select(verb => cover.PathsOf(urls, n => n.At(verb)))], other);
        List<(ValueSet Verbs, AccessNode Paths)> rules = [];
        cover.Spread(byVerb, byVerb, wholly: false, cover.PathParts, (literal, paths) => rules.Add((literal, paths)));
        return cover.WithoutRedundant(rules, r => cover._algebra.Values(r.Verbs, r.Paths), byVerb)
            .Select(r => new UrlAccessRule(r.Verbs, new UrlSet(r.Paths)));
    }

    private AccessNode WithoutSlashes(int level, AccessNode node)
    {
        if (node is not ValueNode values)
        {
            return node;
        }

        return level == (int)Level.Resource
            ? _algebra.Values(
                values.Keys,
                [.. values.Keys.Zip(values.Children, (key, child) => key.Contains('/', StringComparison.Ordinal) ? AccessNode.Empty : child)],
                values.Other)
            : _algebra.Values(
                values.Keys, Array.ConvertAll(values.Children, child => WithoutSlashes(level + 1, child)), WithoutSlashes(level + 1, values.Other));
    }

    /// <summary>Boxes of one rule and, as far as they are in the set, the resources named like its subresources.</summary>
    private List<ValueSet[]> WithNamesakes(List<ValueSet[]> boxes, AccessNode whole)
    {
        var names = boxes.Where(b => !b[(int)Level.Subresource].IsComplement)
            .SelectMany(b => b[(int)Level.Subresource].Values.Where(s => s.Length > 0).SelectMany(s =>
                b[(int)Level.Resource].IsComplement ? [$"*/{s}"] : b[(int)Level.Resource].Values.Select(r => $"{r}/{s}")))
            .Where(name => NodeAlgebra.IsSubset(NodeOf(0, Namesakes(name)), whole))
            .ToList();
        return names.Count == 0 ? boxes : [.. boxes, Namesakes([.. names])];

        ValueSet[] Namesakes(params ReadOnlySpan<string> resources)
        {
            var box = (ValueSet[])boxes[0].Clone();
            box[(int)Level.Resource] = ValueSet.Of(resources.ToArray());
            box[(int)Level.Subresource] = ValueSet.Of("");
            return box;
        }
    }

    /// <summary>
    /// Boxes within <paramref name="allowed"/> that together hold <paramref name="required"/>, each with a set of values for
    /// every level from <paramref name="level"/> down; the levels above are null.
    /// </summary>
    private List<ValueSet[]> Cover(int level, AccessNode required, AccessNode allowed)
    {
        if (required.IsEmpty)
        {
            return [];
        }

        if (level == ResourceLevels || allowed.IsFull)
        {
            var all = new ValueSet[ResourceLevels];
            Array.Fill(all, ValueSet.All, level, ResourceLevels - level);
            return [all];
        }

        List<ValueSet[]> boxes = [];
        Spread(
            required,
            allowed,
            wholly: level == (int)Level.Subresource,
            (missing, within) => Cover(level + 1, missing, within).Select(box => (box, NodeOf(level + 1, box))),
            (literal, box) =>
            {
                box[level] = literal;
                boxes.Add(box);
            });
        return boxes;
    }

    /// <summary>
    /// One level: for each class of values that are alike, the parts of the level below that are missing there, each with all the
    /// values that may have it: as many as there are if any other value is among them, else those where something of it is missing,
    /// or, to be <paramref name="wholly"/> settled by it, nothing else is.
    /// </summary>
    private void Spread<T>(
        AccessNode required,
        AccessNode allowed,
        bool wholly,
        Func<AccessNode, AccessNode, IEnumerable<(T Part, AccessNode Node)>> parts,
        Action<ValueSet, T> emit)
    {
        var classes = ClassesOf(required, allowed);
        foreach (var @class in classes)
        {
            foreach (var (part, node) in parts(@class.Missing, @class.Allowed))
            {
                if (!NodeAlgebra.Overlap(node, @class.Missing))
                {
                    continue;
                }

                var fitting = classes.FindAll(c => NodeAlgebra.IsSubset(node, c.Allowed));
                if (!fitting.Exists(c => c.IsOther))
                {
                    fitting.RemoveAll(c => c != @class && !(wholly ? NodeAlgebra.IsSubset(c.Missing, node) && !c.Missing.IsEmpty : NodeAlgebra.Overlap(node, c.Missing)));
                }

                emit(LiteralOf(classes, fitting), part);
                foreach (var c in fitting)
                {
                    c.Missing = _algebra.Except(c.Missing, node);
                }
            }
        }
    }

    private static List<ValueClass> ClassesOf(AccessNode required, AccessNode allowed)
    {
        var (r, a) = (required as ValueNode, allowed as ValueNode);
        List<ValueClass> classes = [new ValueClass(r?.Other ?? required, a?.Other ?? allowed, isOther: true)];
        Dictionary<(AccessNode, AccessNode), ValueClass> byNodes = new() { [(classes[0].Missing, classes[0].Allowed)] = classes[0] };
        foreach (var key in (r?.Keys ?? []).Union(a?.Keys ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var nodes = (required.At(key), allowed.At(key));
            if (!byNodes.TryGetValue(nodes, out var @class))
            {
                byNodes.Add(nodes, @class = new ValueClass(nodes.Item1, nodes.Item2, isOther: false));
                classes.Add(@class);
            }

            @class.Values.Add(key);
        }

        return classes;
    }

    private static ValueSet LiteralOf(List<ValueClass> classes, List<ValueClass> fitting) => fitting.Exists(c => c.IsOther)
        ? ValueSet.AllBut(classes.Except(fitting).SelectMany(c => c.Values))
        : ValueSet.Of(fitting.SelectMany(c => c.Values));

    private AccessNode NodeOf(int level, ValueSet[] box)
    {
        var node = AccessNode.Full;
        for (var i = ResourceLevels - 1; i >= level; i--)
        {
            node = _algebra.Values(box[i], node);
        }

        return node;
    }

    /// <summary>The parts less those that the others hold already; the narrow ones, which come last, go first.</summary>
    private List<T> WithoutRedundant<T>(List<T> parts, Func<T, AccessNode> nodeOf, AccessNode required)
    {
        if (parts.Count > MostSearchedForRedundant)
        {
            return parts;
        }

        var nodes = parts.ConvertAll(p => _algebra.Intersect(nodeOf(p), required));
        List<int> kept = [];
        KeepNeeded(nodes, 0, nodes.Count, AccessNode.Empty, kept);
        kept.Reverse();
        return kept.ConvertAll(i => parts[i]);
    }

    /// <summary>
    /// From the end of a part of a list, the nodes that what is outside the part and the others in it do not hold already. In
    /// halves, and looking only at what is within the part, so that no step has to do with all of a long list.
    /// </summary>
    private void KeepNeeded(List<AccessNode> nodes, int start, int end, AccessNode outside, List<int> kept)
    {
        if (end - start < 2)
        {
            kept.AddRange(end > start && !NodeAlgebra.IsSubset(nodes[start], outside) ? [start] : []);
            return;
        }

        var middle = (start + end) / 2;
        var (left, right) = (_algebra.Union(nodes[start..middle]), _algebra.Union(nodes[middle..end]));
        var first = kept.Count;
        KeepNeeded(nodes, middle, end, _algebra.Intersect(_algebra.Union(outside, left), right), kept);
        var after = _algebra.Union(kept.Skip(first).Select(i => nodes[i]).ToList());
        KeepNeeded(nodes, start, middle, _algebra.Intersect(_algebra.Union(outside, after), left), kept);
    }

    private static IEnumerable<string> VerbsOf(AccessNode urls) => urls is PathNode paths
        ? paths.Children.Append(paths.Other).OfType<ValueNode>().SelectMany(v => v.Keys)
        : [];

    private AccessNode PathsOf(AccessNode urls, Func<AccessNode, AccessNode> ofVerb) => urls is PathNode paths
        ? _algebra.Paths(paths.Keys, [.. paths.Children.Select(ofVerb)], ofVerb(paths.Other))
        : urls;

    /// <summary>Of the paths a verb may have, each pattern with what it holds, if something of it is missing; all in one set.</summary>
    private IEnumerable<(AccessNode Part, AccessNode Node)> PathParts(AccessNode missing, AccessNode within)
    {
        if (missing.IsEmpty || within is not PathNode paths)
        {
            return missing.IsEmpty ? [] : [(within, within)];
        }

        var part = AccessNode.Empty;
        for (var i = -1; i < paths.Keys.Length; i++)
        {
            if (i < 0 ? paths.Other.IsFull : paths.Children[i].IsFull)
            {
                var piece = PieceOf(paths, i);
                part = NodeAlgebra.Overlap(piece, missing) ? _algebra.Union(part, piece) : part;
            }
        }

        return [(part, part)];
    }

    /// <summary>What one pattern holds: its paths less those of the patterns inside it.</summary>
    private AccessNode PieceOf(PathNode paths, int place)
    {
        var own = place < 0 ? new PathKey("", true) : paths.Keys[place];
        if (!own.IsPrefix)
        {
            return _algebra.Paths([own], [AccessNode.Full], AccessNode.Empty);
        }

        PathKey[] inside = [.. paths.Keys.Skip(place + 1).TakeWhile(k => k.Text.StartsWith(own.Text, StringComparison.Ordinal))];
        return _algebra.Paths(
            [own, .. inside], [AccessNode.Full, .. Enumerable.Repeat(AccessNode.Empty, inside.Length)], AccessNode.Empty);
    }

    private sealed class ValueClass(AccessNode missing, AccessNode allowed, bool isOther)
    {
        public AccessNode Missing { get; set; } = missing;

        public AccessNode Allowed { get; } = allowed;

        public bool IsOther { get; } = isOther;

        public List<string> Values { get; } = [];
    }
}

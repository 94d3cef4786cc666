namespace AuthzSim.Analysis;

/// <summary>What grants allow together: everywhere, and what role bindings add in single namespaces.</summary>
internal readonly struct ScopedAccess
{
    private readonly NodeAlgebra _algebra;
    private readonly RuleNodes _everywhere;
    private readonly List<(string Namespace, AccessNode Added)> _byNamespace;

    /// <param name="algebra">Remembers, so that what many are granted alike is worked out once.</param>
    /// <param name="grants">The grants in any order.</param>
    public ScopedAccess(NodeAlgebra algebra, List<Grant> grants)
    {
        _algebra = algebra;
        _everywhere = RuleNodes.None;
        _byNamespace = [];
        foreach (var grant in grants)
        {
            if (grant.Binding.IsNamespaced)
            {
                _byNamespace.Add((grant.Namespace, grant.Role.Nodes.Resources));
            }
            else
            {
                _everywhere = new RuleNodes(
                    algebra.Union(_everywhere.Resources, grant.Role.Nodes.Resources), algebra.Union(_everywhere.Urls, grant.Role.Nodes.Urls));
            }
        }

        Gather();
    }

    /// <summary>What the one allows and the other does not.</summary>
    public RuleNodes Except(in ScopedAccess other)
    {
        var rest = _algebra.Except(_everywhere.Resources, other._everywhere.Resources);
        List<string> namespaces = [];
        List<AccessNode> nodes = [];
        for (var (i, j) = (0, 0); i < _byNamespace.Count || j < other._byNamespace.Count;)
        {
            var order = i == _byNamespace.Count ? 1
                : j == other._byNamespace.Count ? -1
                : string.CompareOrdinal(_byNamespace[i].Namespace, other._byNamespace[j].Namespace);
            var own = order <= 0 ? _byNamespace[i].Added : AccessNode.Empty;
            var theirs = order >= 0 ? other._byNamespace[j].Added : AccessNode.Empty;
            namespaces.Add(order <= 0 ? _byNamespace[i].Namespace : other._byNamespace[j].Namespace);

            // (X ∪ own) \ (Y ∪ theirs), in pieces that many have in common: own and theirs are mostly single roles.
            var added = _algebra.Except(_algebra.Except(own, theirs), other._everywhere.Resources);
            nodes.Add(_algebra.Union(_algebra.Except(rest, theirs), added));
            (i, j) = (order <= 0 ? i + 1 : i, order >= 0 ? j + 1 : j);
        }

        return new RuleNodes(_algebra.Values(namespaces, nodes, rest), _algebra.Except(_everywhere.Urls, other._everywhere.Urls));
    }

    /// <summary>Puts the namespaces in order, each once.</summary>
    private void Gather()
    {
        if (_byNamespace.Count < 2)
        {
            return;
        }

        _byNamespace.Sort(static (a, b) => string.CompareOrdinal(a.Namespace, b.Namespace));
        var last = 0;
        for (var i = 1; i < _byNamespace.Count; i++)
        {
            var (@namespace, node) = _byNamespace[i];
            if (@namespace == _byNamespace[last].Namespace)
            {
                _byNamespace[last] = (@namespace, _algebra.Union(_byNamespace[last].Added, node));
            }
            else
            {
                _byNamespace[++last] = (@namespace, node);
            }
        }

        _byNamespace.RemoveRange(last + 1, _byNamespace.Count - last - 1);
    }
}

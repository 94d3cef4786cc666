using System.Runtime.InteropServices;

namespace AuthzSim.Analysis;

/// <summary>What grants allow together: everywhere, and what role bindings add in single namespaces; by role, not yet united.</summary>
internal readonly struct ScopedAccess
{
    private readonly NodeAlgebra _algebra;
    private readonly List<AccessNode> _everywhere = [];
    private readonly AccessNode _urls = AccessNode.Empty;
    private readonly List<(string Namespace, List<AccessNode> Added)> _byNamespace = [];

    /// <param name="algebra">Remembers, so that what many are granted alike is worked out once.</param>
    /// <param name="grants">The grants in any order.</param>
    public ScopedAccess(NodeAlgebra algebra, List<Grant> grants)
    {
        _algebra = algebra;
        HashSet<AccessNode> seen = [];
        List<Grant> namespaced = [];
        foreach (var grant in grants)
        {
            if (grant.Binding.IsNamespaced)
            {
                namespaced.Add(grant);
            }
            else
            {
                _urls = algebra.Union(_urls, grant.Role.Nodes.Urls);
                if (seen.Add(grant.Role.Nodes.Resources))
                {
                    _everywhere.Add(grant.Role.Nodes.Resources);
                }
            }
        }

        namespaced.Sort(static (a, b) => string.CompareOrdinal(a.Namespace, b.Namespace));
        foreach (var grant in namespaced)
        {
            if (_byNamespace.Count == 0 || _byNamespace[^1].Namespace != grant.Namespace)
            {
                _byNamespace.Add((grant.Namespace, [grant.Role.Nodes.Resources]));
            }
            else if (!_byNamespace[^1].Added.Contains(grant.Role.Nodes.Resources))
            {
                _byNamespace[^1].Added.Add(grant.Role.Nodes.Resources);
            }
        }
    }

    /// <summary>What the one allows and the other does not.</summary>
    public RuleNodes Except(in ScopedAccess other)
    {
        var rest = _algebra.Except(CollectionsMarshal.AsSpan(_everywhere), CollectionsMarshal.AsSpan(other._everywhere));
        var theirsEverywhere = CollectionsMarshal.AsSpan(other._everywhere);
        List<string> namespaces = [];
        List<AccessNode> nodes = [];
        for (var (i, j) = (0, 0); i < _byNamespace.Count || j < other._byNamespace.Count;)
        {
            var order = i == _byNamespace.Count ? 1
                : j == other._byNamespace.Count ? -1
                : string.CompareOrdinal(_byNamespace[i].Namespace, other._byNamespace[j].Namespace);
            ReadOnlySpan<AccessNode> own = order <= 0 ? CollectionsMarshal.AsSpan(_byNamespace[i].Added) : [];
            ReadOnlySpan<AccessNode> theirs = order >= 0 ? CollectionsMarshal.AsSpan(other._byNamespace[j].Added) : [];
            namespaces.Add(order <= 0 ? _byNamespace[i].Namespace : other._byNamespace[j].Namespace);

            // (X ∪ own) \ (Y ∪ theirs), in pieces that many have in common.
            var added = _algebra.Except(_algebra.Except(own, theirs), theirsEverywhere);
            nodes.Add(_algebra.Union(_algebra.Except(rest, theirs), added));
            (i, j) = (order <= 0 ? i + 1 : i, order >= 0 ? j + 1 : j);
        }

        return new RuleNodes(_algebra.Values(namespaces, nodes, rest), _algebra.Except(_urls, other._urls));
    }
}

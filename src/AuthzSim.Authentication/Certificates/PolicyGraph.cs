namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// The graph of policies along a chain (RFC 9618; upstream: <c>policyGraph</c> of <c>crypto/x509/verify.go</c>).
/// </summary>
internal sealed class PolicyGraph
{
    private readonly List<Dictionary<string, Node>> _strata = [];
    private Dictionary<string, List<Node>> _byExpected = [];

    public PolicyGraph()
    {
        _strata.Add(new(StringComparer.Ordinal) { [CertificatePolicies.Any] = new Node(CertificatePolicies.Any, []) });
    }

    /// <summary>True when some policy is valid for the whole chain.</summary>
    public bool HasValidPolicy =>
        Leaves.ContainsKey(CertificatePolicies.Any)
        || _strata.Any(s => s.Values.Any(n =>
            n.Policy != CertificatePolicies.Any && n.Parents.Count == 1 && n.Parents.First().Policy == CertificatePolicies.Any));

    private Dictionary<string, Node> Leaves => _strata[^1];

    /// <summary>Goes one certificate down and keeps the policies it asserts.</summary>
    public void Descend(CertificatePolicies asserted, bool isAnyAllowed)
    {
        _byExpected = new(StringComparer.Ordinal);
        foreach (var node in Leaves.Values)
        {
            foreach (var expected in node.Expected)
            {
                AddTo(_byExpected, expected, node);
            }
        }

        var above = Leaves;
        _strata.Add(new(StringComparer.Ordinal));
        foreach (var policy in asserted.Policies.Where(p => p != CertificatePolicies.Any))
        {
            if (_byExpected.TryGetValue(policy, out var parents))
            {
                Insert(policy, parents);
            }
            else if (above.TryGetValue(CertificatePolicies.Any, out var any))
            {
                Insert(policy, [any]);
            }
        }

        if (isAnyAllowed && asserted.Policies.Contains(CertificatePolicies.Any))
        {
            foreach (var (expected, parents) in _byExpected.Where(e => !Leaves.ContainsKey(e.Key)).ToList())
            {
                Insert(expected, parents);
            }
        }

        Prune();
    }

    /// <summary>Applies the mappings of the certificate just descended to; false when one maps from or to any policy.</summary>
    public bool TryMap(CertificatePolicies policies, bool isMappingAllowed)
    {
        if (!isMappingAllowed)
        {
            foreach (var (issuer, _) in policies.Mappings)
            {
                Delete(issuer);
                Prune();
            }

            return true;
        }

        if (policies.Mappings.Any(m => m.Issuer == CertificatePolicies.Any || m.Subject == CertificatePolicies.Any))
        {
            return false;
        }

        foreach (var mapping in policies.Mappings.GroupBy(m => m.Issuer, m => m.Subject, StringComparer.Ordinal))
        {
            if (!Leaves.TryGetValue(mapping.Key, out var node) && Leaves.TryGetValue(CertificatePolicies.Any, out var any))
            {
                node = Insert(mapping.Key, [any]);
            }

            if (node is not null)
            {
                node.Expected = [.. mapping];
            }
        }

        return true;
    }

    private static void AddTo(Dictionary<string, List<Node>> index, string key, Node node)
    {
        if (!index.TryGetValue(key, out var nodes))
        {
            index[key] = nodes = [];
        }

        nodes.Add(node);
    }

    private Node Insert(string policy, List<Node> parents)
    {
        var node = new Node(policy, parents);
        Leaves[policy] = node;
        return node;
    }

    private void Delete(string policy)
    {
        if (Leaves.Remove(policy, out var node))
        {
            node.Detach();
        }
    }

    private void Prune()
    {
        for (var i = _strata.Count - 2; i > 0; i--)
        {
            foreach (var node in _strata[i].Values.Where(n => n.Children.Count == 0).ToList())
            {
                node.Detach();
                _strata[i].Remove(node.Policy);
            }
        }
    }

    private sealed class Node
    {
        public Node(string policy, List<Node> parents)
        {
            (Policy, Expected, Parents) = (policy, [policy], [.. parents]);
            foreach (var parent in parents)
            {
                parent.Children.Add(this);
            }
        }

        public string Policy { get; }

        public List<string> Expected { get; set; }

        public HashSet<Node> Parents { get; }

        public HashSet<Node> Children { get; } = [];

        public void Detach()
        {
            foreach (var parent in Parents)
            {
                parent.Children.Remove(this);
            }

            foreach (var child in Children)
            {
                child.Parents.Remove(this);
            }
        }
    }
}

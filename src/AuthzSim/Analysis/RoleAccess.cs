using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>The diagrams of roles and rules, each worked out once; those of equal meaning are one.</summary>
internal sealed class RoleAccess
{
    private readonly Dictionary<RbacRole, RuleNodes> _roles = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PolicyRule, RuleNodes> _rules = new(ReferenceEqualityComparer.Instance);

    public NodeAlgebra Algebra { get; } = new();

    public RuleNodes Of(RbacRole? role)
    {
        if (role is null)
        {
            return RuleNodes.None;
        }

        if (!_roles.TryGetValue(role, out var nodes))
        {
            nodes = new RuleNodes(Algebra.Union(role.Rules.Select(r => Of(r).Resources)), Algebra.Union(role.Rules.Select(r => Of(r).Urls)));
            _roles.Add(role, nodes);
        }

        return nodes;
    }

    public RuleNodes Of(PolicyRule rule)
    {
        if (!_rules.TryGetValue(rule, out var nodes))
        {
            nodes = RuleNodes.Of(Algebra, rule);
            _rules.Add(rule, nodes);
        }

        return nodes;
    }

    public AccessNode ResourcesOf(IEnumerable<Grant> grants) => Algebra.Union(grants.Select(g => Of(g.Role).Resources));

    public AccessNode UrlsOf(IEnumerable<Grant> grants) => Algebra.Union(grants.Select(g => Of(g.Role).Urls));

    /// <summary>What the one allows and the other does not, looked at where it may differ.</summary>
    public AccessSet Except(Grants grants, Grants others, TouchedScopes scopes)
    {
        var (own, theirs) = (ResourcesOf(grants.ClusterWide), ResourcesOf(others.ClusterWide));
        var rest = Algebra.Except(own, theirs);
        string[] namespaces =
        [
            .. (ReferenceEquals(own, theirs) ? scopes.Namespaces : grants.ByNamespace.Keys.Union(others.ByNamespace.Keys, StringComparer.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        var nodes = Array.ConvertAll(namespaces, n => Algebra.Except(
            Algebra.Union(own, ResourcesOf(grants.In(n))), Algebra.Union(theirs, ResourcesOf(others.In(n)))));
        return new AccessSet(
            Algebra.Values(namespaces, nodes, rest), Algebra.Except(UrlsOf(grants.ClusterWide), UrlsOf(others.ClusterWide)));
    }

    /// <summary>The rules among the grants that allow something in the set.</summary>
    public IEnumerable<AllowingPath> Allowing(AccessSet set, Grants grants) =>
        set.IsEmpty ? [] : grants.All.Where(g => Allows(Of(g.Role), g.Binding, set)).SelectMany(g =>
        {
            var source = new RuleSource(g.Binding, g.Subject, g.Role);
            return g.Role.Rules.Where(r => Allows(Of(r), g.Binding, set)).Select(r => new AllowingPath(source, r));
        });

    private bool Allows(RuleNodes nodes, RbacBinding binding, AccessSet set) => binding.IsNamespaced
        ? NodeAlgebra.Overlap(nodes.Resources, set.Resources.At(binding.Metadata.Namespace))
        : NodeAlgebra.Overlap(nodes.Urls, set.Urls) || NodeAlgebra.Overlap(Algebra.Values([], [], nodes.Resources), set.Resources);
}

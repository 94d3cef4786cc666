using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>A role and what it allows.</summary>
/// <param name="role">The role.</param>
/// <param name="nodes">What all of its rules allow.</param>
/// <param name="rules">What each of its rules allows.</param>
internal sealed class RoleDiagram(RbacRole role, RuleNodes nodes, RuleNodes[] rules)
{
    public RbacRole Role => role;

    public RuleNodes Nodes => nodes;

    public RuleNodes[] Rules => rules;
}

/// <summary>The diagrams of roles and rules, each worked out once; those of equal meaning are one.</summary>
internal sealed class RoleAccess
{
    private readonly Dictionary<RbacRole, RoleDiagram> _roles = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PolicyRule, RuleNodes> _rules = [];

    public NodeAlgebra Algebra { get; } = new();

    public RoleDiagram Of(RbacRole role)
    {
        if (!_roles.TryGetValue(role, out var diagram))
        {
            RuleNodes[] rules = [.. role.Rules.Select(Of)];
            var nodes = new RuleNodes(Algebra.Union(rules.Select(r => r.Resources)), Algebra.Union(rules.Select(r => r.Urls)));
            _roles.Add(role, diagram = new RoleDiagram(role, nodes, rules));
        }

        return diagram;
    }

    /// <summary>What a role allows; a missing one, nothing.</summary>
    public RuleNodes NodesOf(RbacRole? role) => role is null ? RuleNodes.None : Of(role).Nodes;

    private RuleNodes Of(PolicyRule rule)
    {
        if (!_rules.TryGetValue(rule, out var nodes))
        {
            nodes = RuleNodes.Of(Algebra, rule);
            _rules.Add(rule, nodes);
        }

        return nodes;
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Generation;

/// <summary>Every object of a fleet by its number, made anew each time it is asked for.</summary>
internal sealed class FleetObjects(FleetLayout layout, FleetGrants grants)
{
    private const int WideRulesPerRole = 11;

    // A role that many bindings name and that grants everything would decide most requests.
    private const int ViewsWithoutWildcards = 8;

    public ClusterRole ClusterRoleAt(int index) => new()
    {
        Metadata = new ObjectMeta { Name = layout.ClusterRoleName(index) },
        Rules = RulesOfClusterRole(index),
    };

    public Role RoleAt(int index)
    {
        var @namespace = layout.NamespaceOfRole(index);
        return new Role { Metadata = Named(RoleName(index, @namespace), @namespace), Rules = RulesOfRole(index) };
    }

    public ClusterRoleBinding ClusterRoleBindingAt(int index)
    {
        var grant = grants.OfClusterRoleBinding(index);
        return new ClusterRoleBinding
        {
            Metadata = new ObjectMeta { Name = layout.ClusterRoleBindingName(index) },
            Subjects = Subjects(grant),
            RoleRef = RoleRef.ClusterRole(layout.ClusterRoleName(grant.Role)),
        };
    }

    public RoleBinding RoleBindingAt(int index)
    {
        var grant = grants.OfRoleBinding(index);
        var @namespace = layout.NamespaceOfRoleBinding(index);
        return new RoleBinding
        {
            Metadata = Named(FleetLayout.RoleBindingName(index), @namespace),
            Subjects = Subjects(grant),
            RoleRef = grant.IsClusterRole
                ? RoleRef.ClusterRole(layout.ClusterRoleName(grant.Role))
                : RoleRef.Role(RoleName(grant.Role, @namespace)),
        };
    }

    public ImmutableArray<PolicyRule> RulesOf(FleetGrant grant) =>
        grant.IsClusterRole ? RulesOfClusterRole(grant.Role) : RulesOfRole(grant.Role);

    private ImmutableArray<PolicyRule> RulesOfClusterRole(int index)
    {
        var random = layout.Random(FleetStream.ClusterRole, index);
        if (layout.IsWide)
        {
            return RuleMix.Rules(random, WideRulesPerRole, wildcards: false);
        }

        if (index == layout.ClusterAdminRole)
        {
            return RuleMix.ClusterAdmin;
        }

        if (index == layout.DiscoveryRole)
        {
            return RuleMix.Discovery;
        }

        var rules = RuleMix.Rules(random, 1 + random.Below(5), wildcards: index >= ViewsWithoutWildcards);
        return random.Chance(10) ? rules.Add(RuleMix.Url(random)) : rules;
    }

    private ImmutableArray<PolicyRule> RulesOfRole(int index)
    {
        var random = layout.Random(FleetStream.Role, index);
        return RuleMix.Rules(random, 1 + random.Below(5), wildcards: true);
    }

    private string RoleName(int index, int @namespace) => FleetLayout.RoleName(index - layout.FirstRole(@namespace));

    private static ObjectMeta Named(string name, int @namespace) => new() { Name = name, Namespace = FleetLayout.NamespaceName(@namespace) };

    private static ImmutableArray<Subject> Subjects(FleetGrant grant) =>
        [.. grant.Subjects.Select(s => s.ToSubject())];
}

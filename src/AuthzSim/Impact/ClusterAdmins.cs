using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Impact;

/// <summary>Who, of those that gain something, may do everything in a policy; only cluster role bindings can make that true.</summary>
internal sealed class ClusterAdmins
{
    private readonly Dictionary<SubjectIdentity, HashSet<RuleNodes>> _grants = [];
    private readonly NodeAlgebra _algebra;

    private ClusterAdmins(NodeAlgebra algebra) => _algebra = algebra;

    public static ClusterAdmins Of(PolicySet policy, PolicyDiff diff)
    {
        var access = new RoleAccess();
        var admins = new ClusterAdmins(access.Algebra);
        var asked = diff.Subjects.Where(c => !c.Gained.IsEmpty).SelectMany(c => c.Who.Select(s => SubjectIdentity.Of(s, s.Namespace)))
            .Concat(diff.People.Where(c => !c.Gained.IsEmpty).SelectMany(c => c.Who.SelectMany(SubjectIdentity.Of)))
            .ToHashSet();
        if (asked.Count == 0)
        {
            return admins;
        }

        var resolver = new RuleResolver(policy);
        foreach (var binding in policy.ClusterRoleBindings)
        {
            var identities = binding.Subjects.Select(s => SubjectIdentity.Of(s, binding)).Where(asked.Contains).ToList();
            if (identities.Count == 0 || resolver.RoleOf(binding) is not { } role)
            {
                continue;
            }

            foreach (var identity in identities)
            {
                if (!admins._grants.TryGetValue(identity, out var grants))
                {
                    admins._grants.Add(identity, grants = []);
                }

                grants.Add(access.Of(role));
            }
        }

        return admins;
    }

    /// <summary>True when somebody of these identities may do everything.</summary>
    public bool Contains(IEnumerable<SubjectIdentity> identities)
    {
        var grants = identities.SelectMany(i => _grants.GetValueOrDefault(i) ?? []).ToList();
        return grants.Count > 0 && _algebra.Union(grants.Select(g => g.Resources)).IsFull && _algebra.Union(grants.Select(g => g.Urls)).IsFull;
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Compares lists of objects: one look at every binding, and no index.</summary>
internal sealed class PolicySetComparison : PolicyComparison
{
    private readonly PolicySet _before;
    private readonly PolicySet _after;
    private readonly RuleResolver _rolesBefore;
    private readonly RuleResolver _rolesAfter;

    public PolicySetComparison(PolicySet before, PolicySet after, RoleAccess access)
    {
        (_before, _after) = (before, after);
        _rolesBefore = new RuleResolver(before);
        _rolesAfter = new RuleResolver(after);
        TouchChanged(before.ClusterRoleBindings, after.ClusterRoleBindings);
        TouchChanged(before.RoleBindings, after.RoleBindings);
        TouchBindingsTo(ChangedRoles(access));
    }

    public override (Dictionary<SubjectIdentity, Grants> Before, Dictionary<SubjectIdentity, Grants> After) GrantsOf(
        IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted) =>
        wanted.Count == 0 ? ([], []) : (GrantsOf(wanted, _before, _rolesBefore), GrantsOf(wanted, _after, _rolesAfter));

    private static Dictionary<SubjectIdentity, Grants> GrantsOf(
        IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted, PolicySet policy, RuleResolver roles)
    {
        var everywhere = wanted.Values.Any(s => s.IsClusterWide);
        var namespaces = wanted.Values.SelectMany(s => s.Namespaces).ToHashSet(StringComparer.Ordinal);
        Dictionary<SubjectIdentity, Grants> result = [];
        foreach (var binding in policy.ClusterRoleBindings)
        {
            Gather(binding, roles.RoleOf, wanted, result);
        }

        foreach (var binding in policy.RoleBindings)
        {
            if (everywhere || namespaces.Contains(binding.Metadata.Namespace))
            {
                Gather(binding, roles.RoleOf, wanted, result);
            }
        }

        return result;
    }

    private void TouchChanged<T>(ImmutableArray<T> before, ImmutableArray<T> after)
        where T : RbacBinding
    {
        var (old, @new) = Middle(before, after);
        base.TouchChanged(old, @new);
    }

    private HashSet<RoleRef> ChangedClusterRoles(RoleAccess access)
    {
        var (old, @new) = Middle(_before.ClusterRoles, _after.ClusterRoles);
        return
        [
            .. old.Concat(@new).Select(r => RoleRef.ClusterRole(r.Metadata.Name)).Distinct().Where(r => Differs(new ClusterRoleBinding { RoleRef = r }, access)),
        ];
    }

    private HashSet<(string Namespace, string Kind, string Name)> ChangedRoles(RoleAccess access)
    {
        var (old, @new) = Middle(_before.Roles, _after.Roles);
        return
        [
            .. ChangedClusterRoles(access).Select(r => ("", r.Kind, r.Name)),
            .. old.Concat(@new).Select(r => (r.Metadata.Namespace, RbacNames.RoleKind, r.Metadata.Name)).Distinct()
                .Where(r => Differs(
                    new RoleBinding { Metadata = new ObjectMeta { Namespace = r.Namespace }, RoleRef = RoleRef.Role(r.Name) }, access)),
        ];
    }

    /// <summary>A role differs when it allows something else, however it is written; one that is missing allows nothing.</summary>
    private bool Differs(RbacBinding binding, RoleAccess access)
    {
        var (before, after) = (_rolesBefore.RoleOf(binding), _rolesAfter.RoleOf(binding));
        return !ReferenceEquals(before, after) && access.Of(before) != access.Of(after);
    }

    private void TouchBindingsTo(HashSet<(string Namespace, string Kind, string Name)> roles)
    {
        if (roles.Count == 0)
        {
            return;
        }

        foreach (var binding in new[] { _before, _after }.SelectMany(p => p.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(p.RoleBindings)))
        {
            var @namespace = binding.RoleRef.Kind == RbacNames.RoleKind && binding.IsNamespaced ? binding.Metadata.Namespace : "";
            if (roles.Contains((@namespace, binding.RoleRef.Kind, binding.RoleRef.Name)))
            {
                Touch(binding);
            }
        }
    }

    /// <summary>What remains of two lists without what they begin and end with in common.</summary>
    private static (IEnumerable<T> Before, IEnumerable<T> After) Middle<T>(ImmutableArray<T> before, ImmutableArray<T> after)
        where T : RbacObject
    {
        var shorter = Math.Min(before.Length, after.Length);
        var start = 0;
        while (start < shorter && IsSame(before[start], after[start]))
        {
            start++;
        }

        var end = 0;
        while (end < shorter - start && IsSame(before[^(end + 1)], after[^(end + 1)]))
        {
            end++;
        }

        return (before.Skip(start).Take(before.Length - start - end), after.Skip(start).Take(after.Length - start - end));

        static bool IsSame(T a, T b) => ReferenceEquals(a, b) || a.Equals(b);
    }
}

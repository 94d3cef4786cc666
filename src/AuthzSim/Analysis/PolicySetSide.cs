using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>A list of objects: one look at every binding, and no index.</summary>
internal sealed class PolicySetSide(PolicySet policy, RoleAccess access) : PolicySide<PolicySetSide>
{
    private readonly PolicySet _policy = policy;
    private readonly RuleResolver _roles = new(policy);

    public override (IEnumerable<RbacBinding> Own, IEnumerable<RbacBinding> Theirs) BindingsApart(PolicySetSide other)
    {
        var cluster = Middle(_policy.ClusterRoleBindings, other._policy.ClusterRoleBindings);
        var namespaced = Middle(_policy.RoleBindings, other._policy.RoleBindings);
        return (cluster.Own.Concat<RbacBinding>(namespaced.Own), cluster.Theirs.Concat<RbacBinding>(namespaced.Theirs));
    }

    public override IEnumerable<RbacBinding> BindingsToChangedRoles(PolicySetSide other)
    {
        var clusterRoles = Middle(_policy.ClusterRoles, other._policy.ClusterRoles);
        var roles = Middle(_policy.Roles, other._policy.Roles);
        HashSet<(string Namespace, string Kind, string Name)> changed =
        [
            .. clusterRoles.Own.Concat(clusterRoles.Theirs).Select(r => ("", RbacNames.ClusterRoleKind, r.Metadata.Name)).Distinct()
                .Where(r => Differs(other, new ClusterRoleBinding { RoleRef = RoleRef.ClusterRole(r.Name) })),
            .. roles.Own.Concat(roles.Theirs).Select(r => (r.Metadata.Namespace, RbacNames.RoleKind, r.Metadata.Name)).Distinct()
                .Where(r => Differs(other, new RoleBinding { Metadata = new ObjectMeta { Namespace = r.Namespace }, RoleRef = RoleRef.Role(r.Name) })),
        ];
        return changed.Count == 0
            ? []
            : _policy.ClusterRoleBindings.Concat<RbacBinding>(_policy.RoleBindings).Where(b => changed.Contains(
                (b.RoleRef.Kind == RbacNames.RoleKind && b.IsNamespaced ? b.Metadata.Namespace : "", b.RoleRef.Kind, b.RoleRef.Name)));
    }

    public override void Gather(IReadOnlyDictionary<SubjectIdentity, Grantee> wanted, Func<Grantee, List<Grant>> grantsOf)
    {
        var everywhere = wanted.Values.Any(g => g.Wanted.IsClusterWide);
        var namespaces = wanted.Values.SelectMany(g => g.Wanted.Namespaces).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < _policy.ClusterRoleBindings.Length; i++)
        {
            Gather(new BindingPlace(false, i), _policy.ClusterRoleBindings[i], "", wanted, grantsOf);
        }

        for (var i = 0; i < _policy.RoleBindings.Length; i++)
        {
            var binding = _policy.RoleBindings[i];
            if (binding.Metadata.Namespace is { Length: > 0 } @namespace && (everywhere || namespaces.Contains(@namespace)))
            {
                Gather(new BindingPlace(true, i), binding, @namespace, wanted, grantsOf);
            }
        }
    }

    public override RbacBinding BindingAt(BindingPlace place) =>
        place.IsNamespaced ? _policy.RoleBindings[place.Place] : _policy.ClusterRoleBindings[place.Place];

    private void Gather(
        BindingPlace place,
        RbacBinding binding,
        string @namespace,
        IReadOnlyDictionary<SubjectIdentity, Grantee> wanted,
        Func<Grantee, List<Grant>> grantsOf)
    {
        foreach (var subject in binding.Subjects)
        {
            if (wanted.TryGetValue(SubjectIdentity.Of(subject, @namespace), out var grantee)
                && (!place.IsNamespaced || grantee.Wanted.Contains(@namespace)) && _roles.RoleOf(binding) is { } role)
            {
                Add(grantsOf(grantee), new Grant(place, @namespace, access.Of(role)));
            }
        }
    }

    /// <summary>A role differs when it allows something else; one that is missing allows nothing.</summary>
    private bool Differs(PolicySetSide other, RbacBinding binding)
    {
        var (own, theirs) = (_roles.RoleOf(binding), other._roles.RoleOf(binding));
        return !ReferenceEquals(own, theirs) && access.NodesOf(own) != access.NodesOf(theirs);
    }

    /// <summary>What remains of two lists without what they begin and end with in common.</summary>
    private static (IEnumerable<T> Own, IEnumerable<T> Theirs) Middle<T>(ImmutableArray<T> own, ImmutableArray<T> theirs)
        where T : RbacObject
    {
        var shorter = Math.Min(own.Length, theirs.Length);
        var start = 0;
        while (start < shorter && IsSame(own[start], theirs[start]))
        {
            start++;
        }

        var end = 0;
        while (end < shorter - start && IsSame(own[^(end + 1)], theirs[^(end + 1)]))
        {
            end++;
        }

        return (own.Skip(start).Take(own.Length - start - end), theirs.Skip(start).Take(theirs.Length - start - end));

        static bool IsSame(T a, T b) => ReferenceEquals(a, b) || a.Equals(b);
    }
}

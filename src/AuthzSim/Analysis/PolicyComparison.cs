using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Finds who may be touched by what differs between two policies, and what those are granted on either side.</summary>
internal sealed class PolicyComparison
{
    private readonly PolicySet _before;
    private readonly PolicySet _after;
    private readonly RuleResolver _rolesBefore;
    private readonly RuleResolver _rolesAfter;
    private readonly Dictionary<SubjectIdentity, TouchedScopes> _touched = [];

    public PolicyComparison(PolicySet before, PolicySet after, RoleAccess access)
    {
        (_before, _after) = (before, after);
        _rolesBefore = new RuleResolver(before);
        _rolesAfter = new RuleResolver(after);
        TouchChanged(before.ClusterRoleBindings, after.ClusterRoleBindings);
        TouchChanged(before.RoleBindings, after.RoleBindings);
        TouchBindingsTo(ChangedRoles(access));
    }

    /// <summary>Whoever a changed binding, or a binding to a changed role, names; and where.</summary>
    public IReadOnlyDictionary<SubjectIdentity, TouchedScopes> Touched => _touched;

    /// <summary>What identities are granted in the scopes of interest, before and after.</summary>
    public (Dictionary<SubjectIdentity, Grants> Before, Dictionary<SubjectIdentity, Grants> After) GrantsOf(
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
            Gather(binding);
        }

        foreach (var binding in policy.RoleBindings)
        {
            if (everywhere || namespaces.Contains(binding.Metadata.Namespace))
            {
                Gather(binding);
            }
        }

        return result;

        void Gather(RbacBinding binding)
        {
            HashSet<SubjectIdentity>? seen = null;
            foreach (var subject in binding.Subjects)
            {
                var identity = SubjectIdentity.Of(subject, binding);
                if (wanted.TryGetValue(identity, out var scopes) && scopes.Contains(binding)
                    && (binding.Subjects.Length == 1 || (seen ??= []).Add(identity)) && roles.RoleOf(binding) is { } role)
                {
                    if (!result.TryGetValue(identity, out var grants))
                    {
                        result.Add(identity, grants = new Grants());
                    }

                    grants.Add(new Grant(binding, subject, role));
                }
            }
        }
    }

    private void Touch(RbacBinding binding)
    {
        // A role binding without a namespace grants nothing: no request is checked against it.
        if (binding.IsNamespaced && binding.Metadata.Namespace.Length == 0)
        {
            return;
        }

        foreach (var subject in binding.Subjects)
        {
            var identity = SubjectIdentity.Of(subject, binding);
            if (identity == SubjectIdentity.Nobody)
            {
                continue;
            }

            if (!_touched.TryGetValue(identity, out var scopes))
            {
                _touched.Add(identity, scopes = new TouchedScopes());
            }

            scopes.Add(binding);
        }
    }

    /// <summary>Bindings count by what they say: moving one changes nothing.</summary>
    private void TouchChanged<T>(ImmutableArray<T> before, ImmutableArray<T> after)
        where T : RbacBinding
    {
        var (old, @new) = Middle(before, after);
        Dictionary<T, int> left = [];
        foreach (var binding in @new)
        {
            left[binding] = left.GetValueOrDefault(binding) + 1;
        }

        foreach (var binding in old)
        {
            if (left.GetValueOrDefault(binding) is var count and > 0)
            {
                left[binding] = count - 1;
            }
            else
            {
                Touch(binding);
            }
        }

        foreach (var (binding, _) in left.Where(l => l.Value > 0))
        {
            Touch(binding);
        }
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

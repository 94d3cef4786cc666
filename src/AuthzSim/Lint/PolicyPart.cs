using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>A binding or role of a policy, or one rule or subject of it.</summary>
/// <param name="Object">The object, the very one of the policy.</param>
/// <param name="Rule">The place of a rule in its list; null when the part is none.</param>
/// <param name="Subject">The place of a subject in its list; null when the part is none.</param>
public sealed record PolicyPart(RbacObject Object, int? Rule = null, int? Subject = null)
{
    /// <summary>A policy without some parts.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="parts">The parts, of objects of this policy.</param>
    public static PolicySet Remove(PolicySet policy, IEnumerable<PolicyPart> parts)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(parts);
        var byObject = new Dictionary<RbacObject, List<PolicyPart>>(ReferenceEqualityComparer.Instance);
        foreach (var part in parts)
        {
            if (!byObject.TryGetValue(part.Object, out var list))
            {
                byObject.Add(part.Object, list = []);
            }

            list.Add(part);
        }

        return policy with
        {
            ClusterRoles = Kept(policy.ClusterRoles, byObject, (r, gone) => r with { Rules = Without(r.Rules, gone, p => p.Rule) }),
            Roles = Kept(policy.Roles, byObject, (r, gone) => r with { Rules = Without(r.Rules, gone, p => p.Rule) }),
            ClusterRoleBindings = Kept(policy.ClusterRoleBindings, byObject, (b, gone) => b with { Subjects = Without(b.Subjects, gone, p => p.Subject) }),
            RoleBindings = Kept(policy.RoleBindings, byObject, (b, gone) => b with { Subjects = Without(b.Subjects, gone, p => p.Subject) }),
        };
    }

    private static ImmutableArray<T> Kept<T>(ImmutableArray<T> objects, Dictionary<RbacObject, List<PolicyPart>> parts, Func<T, List<PolicyPart>, T> without)
        where T : RbacObject =>
    [
        .. objects.Where(o => !parts.TryGetValue(o, out var gone) || gone.TrueForAll(p => p.Rule is not null || p.Subject is not null))
            .Select(o => parts.TryGetValue(o, out var gone) ? without(o, gone) : o),
    ];

    private static ImmutableArray<T> Without<T>(ImmutableArray<T> list, List<PolicyPart> gone, Func<PolicyPart, int?> place)
    {
        var places = gone.Select(place).ToHashSet();
        return [.. list.Where((_, i) => !places.Contains(i))];
    }
}

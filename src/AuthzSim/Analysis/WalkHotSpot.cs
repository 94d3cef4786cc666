using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>What makes walks long.</summary>
public enum WalkHotSpotKind
{
    /// <summary>All cluster role bindings together, which every request walks until it is allowed.</summary>
    ClusterRoleBindings,

    /// <summary>The role bindings of a namespace, which every request in it walks.</summary>
    Namespace,

    /// <summary>A binding with many subjects.</summary>
    Binding,

    /// <summary>A role with many rules, or one that many requests walk.</summary>
    Role,

    /// <summary>A user who is bound often.</summary>
    User,

    /// <summary>A group that is bound often.</summary>
    Group,
}

/// <summary>One thing that makes walks long.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Name">Its name; <c>""</c> for all cluster role bindings.</param>
/// <param name="Object">The binding or role, else null.</param>
/// <param name="Size">Its bindings, subjects or rules; for a user or group the bindings that name it.</param>
/// <param name="Steps">
/// The steps of all walks that are due to it: bindings for cluster role bindings and namespaces, subjects for bindings, rules
/// for roles, users and groups.
/// </param>
public sealed record WalkHotSpot(WalkHotSpotKind Kind, string Name, RbacObject? Object, long Size, long Steps)
{
    private const int ShownOfEach = 3;

    internal static ImmutableArray<WalkHotSpot> Of(PolicySet policy, BindingWalk walk, WalkTally tally)
    {
        var subjects = Top(tally.RulesBySubject);
        var named = policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
            .SelectMany(b => b.Subjects.Select(s => SubjectIdentity.Of(s, b)).Distinct())
            .Where(i => subjects.Any(s => s.Key == i))
            .CountBy(i => i)
            .ToDictionary();
        return
        [
            new WalkHotSpot(
                WalkHotSpotKind.ClusterRoleBindings, "", null, walk.ClusterRoleBindings.Length, tally.BindingsByNamespace.GetValueOrDefault("")),
            .. Top(tally.BindingsByNamespace.Where(n => n.Key.Length > 0))
                .Select(n => new WalkHotSpot(WalkHotSpotKind.Namespace, n.Key, null, walk.RoleBindingsIn(n.Key).Length, n.Value)),
            .. Top(tally.SubjectsByBinding)
                .Select(b => new WalkHotSpot(WalkHotSpotKind.Binding, b.Key.Metadata.Name, b.Key, b.Key.Subjects.Length, b.Value)),
            .. Top(tally.RulesByRole).Select(r => new WalkHotSpot(WalkHotSpotKind.Role, r.Key.Metadata.Name, r.Key, r.Key.Rules.Length, r.Value)),
            .. subjects.Select(s => new WalkHotSpot(
                s.Key.IsGroup ? WalkHotSpotKind.Group : WalkHotSpotKind.User, s.Key.Name!, null, named[s.Key], s.Value)),
        ];
    }

    // Counts are added up in request order, and a sort is stable, so the same requests give the same list.
    private static List<KeyValuePair<TKey, long>> Top<TKey>(IEnumerable<KeyValuePair<TKey, long>> counts) =>
        [.. counts.Where(c => c.Value > 0).OrderByDescending(c => c.Value).Take(ShownOfEach)];
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Analysis;

/// <summary>Two policies, mostly alike, and requests at what either grants.</summary>
/// <param name="Before">The one.</param>
/// <param name="After">The other.</param>
/// <param name="Requests">The requests; who asks plays no part.</param>
public sealed record PolicyPair(PolicySet Before, PolicySet After, ImmutableArray<RequestAttributes> Requests)
{
    public const string Stranger = "a-stranger";

    public static Gen<PolicyPair> Any { get; } =
        from before in PolicyGenerators.PolicyOf(8)
        from after in Gen.Frequency((4, Edited(before)), (3, PolicyGenerators.PolicyOf(8)), (1, Reworded(before)))
        from requests in Gen.ArrayOf(Gen.OneOf(AimedRequests.At(before), AimedRequests.At(after), PolicyGenerators.Request), Questions.RequestCount)
        select new PolicyPair(before, after, [.. requests]);

    public static Arbitrary<PolicyPair> Pairs() => Arb.From(Any, Shrink);

    /// <summary>Everybody who is one subject of either policy and nothing more.</summary>
    public IReadOnlyList<UserInfo> Identities => [.. new[] { Before, After }.SelectMany(AccessSubjects.Of).Distinct()];

    /// <summary>The same meaning: other order, rules in pieces, twice or by other words, roles by other names.</summary>
    public static Gen<PolicySet> Reworded(PolicySet policy) =>
        from clusterRoles in Gen.Shuffle(Reordered.WithoutShadowedRoles(policy).ClusterRoles.ToArray())
        from roles in Gen.Shuffle(Reordered.WithoutShadowedRoles(policy).Roles.ToArray())
        from clusterRoleBindings in Gen.Shuffle(policy.ClusterRoleBindings.ToArray())
        from roleBindings in Gen.Shuffle(policy.RoleBindings.ToArray())
        from areRenamed in Gen.Elements(true, false)
        from style in Gen.Choose(0, 2)
        let suffix = areRenamed ? "-renamed" : ""
        select new PolicySet
        {
            ClusterRoles = [.. clusterRoles.Select(r => r with { Metadata = Renamed(r.Metadata, suffix), Rules = Reworded(r.Rules, style) })],
            Roles = [.. roles.Select(r => r with { Metadata = Renamed(r.Metadata, suffix), Rules = Reworded(r.Rules, style) })],
            ClusterRoleBindings = [.. clusterRoleBindings.Select(b => b with { RoleRef = b.RoleRef with { Name = b.RoleRef.Name + suffix } })],
            RoleBindings = [.. roleBindings.Select(b => b with { RoleRef = b.RoleRef with { Name = b.RoleRef.Name + suffix } })],
        };

    private static Gen<PolicySet> Edited(PolicySet policy) =>
        PolicyGenerators.Many(PolicyEdit.Any, 2, 10).Select(edits => edits.Aggregate(policy, (p, edit) => edit.Apply(p)));

    private static ObjectMeta Renamed(ObjectMeta metadata, string suffix) => metadata with { Name = metadata.Name + suffix };

    private static ImmutableArray<PolicyRule> Reworded(ImmutableArray<PolicyRule> rules, int style) => style switch
    {
        0 => [.. rules.SelectMany(PolicyComparator.BreakdownRule).Reverse()],
        1 => [.. rules.Reverse(), .. rules],

        // `*` is what has the verb get, and what has any verb at all.
        _ => [.. rules.Where(r => r.Verbs.Contains("*")).Select(r => r with { Verbs = ["get"] }), .. rules],
    };

    private static IEnumerable<PolicyPair> Shrink(PolicyPair pair) =>
    [
        .. pair.Requests.Length > 1 ? pair.Requests.Select(r => pair with { Requests = [r] }) : [],
        .. PolicyShrinkers.Policy(pair.Before).Select(p => pair with { Before = p }),
        .. PolicyShrinkers.Policy(pair.After).Select(p => pair with { After = p }),
    ];
}

/// <summary>Subjects as users who are that and nothing more.</summary>
public static class AccessSubjects
{
    public static IEnumerable<UserInfo> Of(PolicySet policy) =>
        policy.ClusterRoleBindings.Cast<RbacBinding>().Concat(policy.RoleBindings)
            .SelectMany(b => b.Subjects.Select(s => s.Kind == RbacNames.ServiceAccountKind && s.Namespace.Length == 0 ? s with { Namespace = b.Metadata.Namespace } : s))
            .Select(UserOf);

    public static UserInfo UserOf(Subject subject) => subject.Kind switch
    {
        RbacNames.GroupKind => UserInfo.Of(PolicyPair.Stranger, subject.Name),
        RbacNames.ServiceAccountKind => UserInfo.Of(ServiceAccountNames.MakeUserName(subject.Namespace, subject.Name)),
        _ => UserInfo.Of(subject.Name),
    };
}

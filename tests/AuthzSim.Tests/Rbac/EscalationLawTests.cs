using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Rbac;

/// <summary>Laws of the escalation check on random rules of a small alphabet.</summary>
public sealed class EscalationLawTests
{
    private static readonly UserInfo _user = UserInfo.Of("u");

    private static readonly Gen<PolicyRule> _rule =
        from verbs in List("get", "list", "*")
        from groups in List("", "apps", "*")
        from resources in List("pods", "pods/log", "*/log", "*")
        from names in Gen.Frequency((3, Gen.Constant(ImmutableArray<string>.Empty)), (2, List("", "a", "b")))
        from urls in List("/a", "/a/*", "*")
        from isUrl in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select isUrl
            ? new PolicyRule { Verbs = verbs, NonResourceUrls = urls }
            : new PolicyRule { Verbs = verbs, ApiGroups = groups, Resources = resources, ResourceNames = names };

    private static readonly Gen<(ImmutableArray<PolicyRule> Held, ImmutableArray<PolicyRule> Granted)> _case =
        from held in Rules()
        from granted in Rules()
        select (held, granted);

    [Property(MaxTest = 500)]
    public Property A_refused_role_passes_once_what_was_missing_is_held() => Prop.ForAll(_case.ToArbitrary(), c =>
    {
        var refusal = Check(c.Held, c.Granted);
        return refusal is null || (!refusal.MissingRules.IsEmpty && Check(c.Held.AddRange(refusal.MissingRules), c.Granted) is null);
    });

    [Property(MaxTest = 500)]
    public Property What_passes_once_passes_for_whoever_holds_more() => Prop.ForAll(
        _case.ToArbitrary(), Rules().ToArbitrary(),
        (c, more) => Check(c.Held, c.Granted) is not null || Check(more.AddRange(c.Held), c.Granted) is null);

    [Fact]
    public void The_cases_reach_both_answers()
    {
        var refused = _case.Sample(1000).Count(c => Check(c.Held, c.Granted) is not null);
        Assert.InRange(refused, 200, 950);
    }

    private static Gen<ImmutableArray<PolicyRule>> Rules() =>
        from count in Gen.Choose(0, 3)
        from rules in _rule.ListOf(count)
        select rules.ToImmutableArray();

    private static Gen<ImmutableArray<string>> List(params string[] alphabet) =>
        from count in Gen.Choose(1, 2)
        from items in Gen.Elements(alphabet).ListOf(count)
        select items.ToImmutableArray();

    private static EscalationRefusal? Check(ImmutableArray<PolicyRule> held, ImmutableArray<PolicyRule> granted)
    {
        var policy = new PolicySet
        {
            ClusterRoles = [new ClusterRole { Metadata = new ObjectMeta { Name = "held" }, Rules = held }],
            ClusterRoleBindings = [new ClusterRoleBinding { RoleRef = RoleRef.ClusterRole("held"), Subjects = [Subject.User("u")] }],
        };

        // No chain: nothing allows escalate, so that only what is held counts.
        return new EscalationCheck(policy, new UnionAuthorizer())
            .CheckCreate(_user, new ClusterRole { Metadata = new ObjectMeta { Name = "r" }, Rules = granted });
    }
}

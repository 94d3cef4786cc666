using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;

namespace AuthzSim.Tests.Impact;

public sealed class AssessedDiffTests
{
    private static readonly DateOnly _today = new(2026, 11, 25);
    private static readonly PolicyRule _everything = new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] };
    private static readonly PolicyRule _shells = Given.Rule("create", "pods/exec");

    [Fact]
    public void Who_gets_the_second_half_of_everything_becomes_cluster_admin()
    {
        var before = Given.Policy(
            Given.ClusterRole("resources", _everything), Given.ClusterRole("urls", Given.Url("*", "*")),
            Given.Everywhere("r", "resources", Given.User("ann")));
        var after = before.With(PolicyChange.Put(Given.Everywhere("u", "urls", Given.User("ann"), Given.User("ben"))));

        var diff = Assess(before, after);
        Assert.Equal(2, diff.Subjects.Length);
        Assert.Equal(("ann", Severity.Critical, RiskCodes.ClusterAdmin), Worst(diff.Subjects[0]));
        Assert.Equal(("ben", Severity.Medium, RiskCodes.WildcardUrls), Worst(diff.Subjects[1]));
    }

    [Fact]
    public void A_person_becomes_cluster_admin_by_name_and_groups_together()
    {
        var before = Given.Policy(
            Given.ClusterRole("resources", _everything), Given.ClusterRole("urls", Given.Url("*", "*")),
            Given.Everywhere("r", "resources", Given.Group("dev")));
        var after = before.With(PolicyChange.Put(Given.Everywhere("u", "urls", Given.User("ann"))));

        var diff = Assess(before, after, [], UserInfo.Of("ann", "dev"));
        Assert.Equal(RiskCodes.ClusterAdmin, Assert.Single(diff.People).Risks[0].Code);
        Assert.Equal(RiskCodes.WildcardUrls, Assert.Single(diff.Subjects).Risks[0].Code);
    }

    [Theory]
    [InlineData(RbacNames.GroupKind, "system:unauthenticated", Severity.Critical, RiskCodes.Anonymous)]
    [InlineData(RbacNames.UserKind, "system:anonymous", Severity.Critical, RiskCodes.Anonymous)]
    [InlineData(RbacNames.GroupKind, "system:authenticated", Severity.High, RiskCodes.AllAuthenticated)]
    [InlineData(RbacNames.GroupKind, "system:serviceaccounts", Severity.High, RiskCodes.AllServiceAccounts)]
    [InlineData(RbacNames.GroupKind, "system:serviceaccounts:shop", Severity.Medium, RiskCodes.AllServiceAccounts)]
    [InlineData(RbacNames.GroupKind, "dev", Severity.Low, RiskCodes.Read)]
    public void Who_gains_counts_as_well(string kind, string name, Severity severity, string code)
    {
        var before = Given.Policy(Given.ClusterRole("reader", Given.Rule("get", "pods")));
        var after = before.With(PolicyChange.Put(Given.Everywhere("b", "reader", new Subject { Kind = kind, Name = name })));

        Assert.Equal((name, severity, code), Worst(Assert.Single(Assess(before, after).Subjects)));
    }

    [Fact]
    public void What_was_agreed_on_is_no_risk_while_it_is_in_force_and_what_goes_beyond_it_is()
    {
        var before = Given.Policy(Given.ClusterRole("shell", _shells));
        var after = before.With(PolicyChange.Put(Given.Everywhere("b", "shell", Given.User("ann"), Given.User("ben"))));
        var all = Exception(AccessSet.ClusterWide(_shells), _today, Given.User("ann"));
        var part = Exception(AccessSet.InNamespace("shop", _shells), _today, Given.User("ben"));

        var diff = Assess(before, after, [all, part]);
        var (ben, ann) = (diff.Subjects[0], diff.Subjects[1]);
        Assert.Null(ann.Severity);
        Assert.True(ann.Unagreed.IsEmpty);
        Assert.Equal([all], ann.Exceptions);
        Assert.Equal(Severity.High, ben.Severity);
        Assert.Equal(AccessSet.ClusterWide(_shells).Except(AccessSet.InNamespace("shop", _shells)), ben.Unagreed);
        Assert.True(diff.HasGain);
        Assert.Empty(diff.Unused);

        Assert.False(Assess(before, after, [Exception(AccessSet.Everything, _today, Given.User("ann"), Given.User("ben"))]).HasGain);
    }

    [Fact]
    public void A_part_of_a_change_has_the_causes_of_its_own()
    {
        var before = Given.Policy(Given.ClusterRole("shell", _shells));
        var after = before.With(
            PolicyChange.Put(Given.Everywhere("a", "shell", Given.User("ann"))), PolicyChange.Put(Given.Everywhere("b", "shell", Given.User("ben"))));

        var diff = Assess(before, after, [Exception(AccessSet.Everything, _today, Given.User("ann"))]);
        Assert.Equal(
            [("ben", "b"), ("ann", "a")],
            diff.Subjects.Select(c => (c.Change.Who[0].Name, Assert.Single(c.Change.GainedThrough).Source.Binding.Metadata.Name)));
    }

    [Fact]
    public void An_expired_exception_does_not_count_and_is_named_when_it_would_have()
    {
        var before = Given.Policy(Given.ClusterRole("shell", _shells));
        var after = before.With(PolicyChange.Put(Given.Everywhere("b", "shell", Given.User("ann"))));
        var expired = Exception(AccessSet.Everything, _today.AddDays(-1), Given.User("ann"));
        var expiredElsewhere = Exception(AccessSet.Everything, _today.AddDays(-1), Given.User("ben"));
        var unused = Exception(AccessSet.Everything, _today, Given.User("ben"));

        var diff = Assess(before, after, [expired, expiredElsewhere, unused]);
        Assert.Equal(Severity.High, diff.Severity);
        Assert.Equal([expired], diff.Expired);
        Assert.Equal([unused], diff.Unused);
    }

    [Fact]
    public void Losses_come_last_and_have_no_severity()
    {
        var before = Given.Policy(Given.ClusterRole("shell", _shells), Given.Everywhere("b", "shell", Given.Group("a")));
        var after = before.With(PolicyChange.Put(Given.Everywhere("b", "shell", Given.User("z"))));

        var diff = Assess(before, after);
        Assert.Equal(["z", "a"], diff.Subjects.Select(c => c.Change.Who[0].Name));
        Assert.Equal([Severity.High, null], diff.Subjects.Select(c => c.Severity));
        Assert.True(diff is { HasGain: true, HasLoss: true, Severity: Severity.High });
    }

    [Fact]
    public void A_gain_of_masters_is_noted_as_without_effect()
    {
        var before = Given.Policy(Given.ClusterRole("shell", _shells));
        var after = before.With(PolicyChange.Put(Given.Everywhere("b", "shell", Given.Group("system:masters"))));

        Assert.Contains("no effect", Assert.Single(Assess(before, after).Subjects).Note, StringComparison.Ordinal);
    }

    private static (string Name, Severity? Severity, string Code) Worst(AssessedChange<Subject> change) =>
        (Assert.Single(change.Change.Who).Name, change.Severity, change.Risks[0].Code);

    private static AccessException Exception(AccessSet access, DateOnly expires, params Subject[] subjects) =>
        new([.. subjects], access, "agreed", expires, default);

    private static AssessedDiff Assess(PolicySet before, PolicySet after, AccessException[]? exceptions = null, params UserInfo[] people) =>
        AssessedDiff.Of(PolicyDiff.Compute(before, after, people), after, exceptions ?? [], _today);
}

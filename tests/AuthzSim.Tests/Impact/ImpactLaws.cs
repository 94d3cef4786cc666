using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Tests.Compiled;
using AuthzSim.Tests.Laws;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Impact;

[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(PolicyPair), typeof(CompiledLaws.Changes)], MaxTest = 500)]
public sealed class ImpactLaws
{
    private static readonly DateOnly _today = new(2026, 11, 25);

    [Property]
    public void Every_gain_has_a_risk_within_it_and_risks_come_worst_first(PolicyPair pair)
    {
        foreach (var change in Assess(pair).Subjects)
        {
            Assert.Equal(change.Change.Gained.IsEmpty, change.Risks.IsEmpty);
            Assert.Equal(change.Risks.Select(r => r.Severity).OrderDescending(), change.Risks.Select(r => r.Severity));
            Assert.All(change.Risks, r => Assert.True(!r.Access.IsEmpty && change.Change.Gained.IsSupersetOf(r.Access)));
        }
    }

    [Property]
    public void More_gained_is_never_less_severe(PolicyPair pair)
    {
        var gains = PolicyDiff.Compute(pair.Before, pair.After).Subjects.Select(c => c.Gained).Where(g => !g.IsEmpty).ToList();
        foreach (var (one, other) in gains.Zip(gains.Skip(1)))
        {
            Assert.True(AccessRisks.Of(one.Union(other))[0].Severity >= AccessRisks.Of(one)[0].Severity, $"{one}\nand\n{other}");
        }
    }

    [Property]
    public void Judging_keeps_every_subject_and_what_it_gained_and_lost(PolicyPair pair)
    {
        var diff = PolicyDiff.Compute(pair.Before, pair.After);
        var judged = Assess(pair).Subjects.SelectMany(c => c.Change.Who.Select(w => (w, c.Change.Gained, c.Change.Lost)));

        Assert.Equal(diff.Subjects.SelectMany(c => c.Who.Select(w => (w, c.Gained, c.Lost))).ToHashSet(), judged.ToHashSet());
    }

    [Property]
    public void Agreeing_to_all_that_was_gained_leaves_no_gain(PolicyPair pair)
    {
        var exceptions = PolicyDiff.Compute(pair.Before, pair.After).Subjects
            .Select(c => new AccessException(c.Who, c.Gained, "agreed", _today, default)).ToList();

        var judged = Assess(pair, exceptions);
        Assert.False(judged.HasGain);
        Assert.Null(judged.Severity);
    }

    [Property]
    public void A_cluster_admin_is_whoever_may_do_everything_now_and_could_not_before(PolicyPair pair)
    {
        // A verb, group, resource, name, namespace and path that no policy mentions stand for all that none mentions.
        foreach (var change in Assess(pair).Subjects)
        {
            var isAdmin = change.Risks.Any(r => r.Code == RiskCodes.ClusterAdmin);
            foreach (var who in change.Change.Who)
            {
                var user = who.Kind == RbacNames.GroupKind ? UserInfo.Of(PolicyPair.Stranger, who.Name)
                    : UserInfo.Of(who.Kind == RbacNames.UserKind ? who.Name : ServiceAccountNames.MakeUserName(who.Namespace, who.Name));
                var after = PolicyDiff.Compute(PolicySet.Empty, pair.After, user).People;
                Assert.Equal(isAdmin, !change.Change.Gained.IsEmpty && after is [{ Gained: var all }] && all.Equals(AccessSet.Everything));
            }
        }
    }

    [Property]
    public void Edits_of_a_policy_are_made_one_after_the_other(PolicySet policy, PolicyChange[] changes)
    {
        var edited = policy.With(changes);

        Assert.Equal(changes.Aggregate(policy, PolicyModel.Apply).Objects, edited.Objects);
    }

    private static AssessedDiff Assess(PolicyPair pair, IReadOnlyCollection<AccessException>? exceptions = null) =>
        AssessedDiff.Of(PolicyDiff.Compute(pair.Before, pair.After), pair.After, exceptions ?? [], _today);
}

using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

/// <summary>A diff says exactly what the reference evaluator decides differently.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(PolicyPair)], MaxTest = 2000)]
public sealed class PolicyDiffLaws
{
    [Property(MaxTest = 300)]
    public void A_policy_does_not_differ_from_itself(PolicySet policy)
    {
        var copy = policy with { ClusterRoleBindings = [.. policy.ClusterRoleBindings.Select(b => b with { })], Roles = [.. policy.Roles.Select(r => r with { })] };

        Assert.True(PolicyDiff.Compute(policy, policy).IsEmpty);
        Assert.True(PolicyDiff.Compute(policy, copy).IsEmpty);
    }

    [Property]
    public Property Other_words_for_the_same_are_no_difference(PolicySet policy, UserInfo person) =>
        Prop.ForAll(Arb.From(PolicyPair.Reworded(policy)), reworded =>
        {
            var diff = PolicyDiff.Compute(policy, reworded, [person]);
            Assert.True(diff.IsEmpty, string.Join('\n', diff.Subjects));
            Assert.Empty(diff.People);
        });

    [Property]
    public void Swapping_sides_swaps_gains_and_losses(PolicyPair pair)
    {
        var there = PolicyDiff.Compute(pair.Before, pair.After);
        var back = PolicyDiff.Compute(pair.After, pair.Before);

        Assert.Equal(there.Subjects.Length, back.Subjects.Length);
        foreach (var (one, other) in there.Subjects.Zip(back.Subjects))
        {
            Assert.Equal((one.Gained, one.Lost), (other.Lost, other.Gained));
            Assert.Equal(one.Who.AsEnumerable(), other.Who);
            Assert.Equal(one.GainedThrough.AsEnumerable(), other.LostThrough);
            Assert.Equal(one.LostThrough.AsEnumerable(), other.GainedThrough);
        }
    }

    [Property(MaxTest = 4000)]
    public void A_request_lies_in_the_difference_of_a_subject_exactly_when_it_is_decided_differently(PolicyPair pair)
    {
        var changes = ByIdentity(PolicyDiff.Compute(pair.Before, pair.After).Subjects);
        var (before, after) = (new RbacAuthorizer(pair.Before), new RbacAuthorizer(pair.After));
        foreach (var user in pair.Identities.Append(UserInfo.Of(PolicyPair.Stranger)))
        {
            var (gained, lost) = changes.GetValueOrDefault(user, (AccessSet.Empty, AccessSet.Empty));
            foreach (var request in pair.Requests.Select(r => r with { User = user }))
            {
                var (was, @is) = (before.Authorize(request).IsAllowed, after.Authorize(request).IsAllowed);
                Assert.Equal((@is && !was, was && !@is), (gained.Contains(request), lost.Contains(request)));
            }
        }
    }

    [Property]
    public Property Every_request_within_a_difference_is_decided_differently(PolicyPair pair)
    {
        var diff = PolicyDiff.Compute(pair.Before, pair.After);
        var (before, after) = (new RbacAuthorizer(pair.Before), new RbacAuthorizer(pair.After));
        var within = diff.Subjects.SelectMany(c => c.Who.SelectMany(who => c.Gained.Rules.Select(rule => (who, rule, isGain: true))
            .Concat(c.Lost.Rules.Select(rule => (who, rule, isGain: false))))).ToArray();
        return within.Length == 0
            ? true.ToProperty()
            : Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Elements(within).SelectMany(w => AccessSets.RequestWithin(w.rule).Select(r => (w, r))), 20)), samples =>
            {
                foreach (var (w, sample) in samples)
                {
                    var request = sample with { User = AccessSubjects.UserOf(w.who) };
                    Assert.Equal((!w.isGain, w.isGain), (before.Authorize(request).IsAllowed, after.Authorize(request).IsAllowed));
                }
            });
    }

    [Property]
    public void People_gain_and_lose_what_is_decided_differently_for_them(PolicyPair pair, UserInfo[] people)
    {
        var diff = PolicyDiff.Compute(pair.Before, pair.After, people);
        var (before, after) = (new RbacAuthorizer(pair.Before), new RbacAuthorizer(pair.After));
        foreach (var person in people)
        {
            var change = diff.People.SingleOrDefault(c => c.Who.Contains(person));
            foreach (var request in pair.Requests.Select(r => r with { User = person }))
            {
                var (was, @is) = (before.Authorize(request).IsAllowed, after.Authorize(request).IsAllowed);
                Assert.Equal((@is && !was, was && !@is), (change?.Gained.Contains(request) ?? false, change?.Lost.Contains(request) ?? false));
            }
        }
    }

    [Property]
    public void What_is_gained_or_lost_comes_through_the_rules_that_are_named(PolicyPair pair, UserInfo person)
    {
        var diff = PolicyDiff.Compute(pair.Before, pair.After, [person]);
        foreach (var change in diff.Subjects)
        {
            AssertComesThrough(change.Gained, change.GainedThrough, pair.After);
            AssertComesThrough(change.Lost, change.LostThrough, pair.Before);
        }

        foreach (var change in diff.People)
        {
            AssertComesThrough(change.Gained, change.GainedThrough, pair.After);
            AssertComesThrough(change.Lost, change.LostThrough, pair.Before);
            Assert.All(change.GainedThrough, p => Assert.Equal(RuleResolver.FirstSubjectOf(p.Source.Binding, person), p.Source.Subject));
        }
    }

    [Property]
    public void Subjects_and_people_stand_once_and_with_their_likes(PolicyPair pair, UserInfo[] people)
    {
        var diff = PolicyDiff.Compute(pair.Before, pair.After, people.Distinct());

        Assert.Distinct(diff.Subjects.SelectMany(c => c.Who));
        Assert.Distinct(diff.People.SelectMany(c => c.Who));
        Assert.Distinct(diff.Subjects.Select(c => (c.Gained, c.Lost)));
        Assert.Distinct(diff.People.Select(c => (c.Gained, c.Lost)));
        Assert.All(diff.Subjects, c => Assert.False(c.Gained.IsEmpty && c.Lost.IsEmpty));
    }

    [Property]
    public void Compiled_policies_differ_in_the_same(PolicyPair pair, UserInfo[] people) => AssertSame(
        PolicyDiff.Compute(pair.Before, pair.After, people),
        PolicyDiff.Compute(CompiledPolicy.Compile(pair.Before), CompiledPolicy.Compile(pair.After), people));

    [Property(MaxTest = 1000)]
    public void A_changed_policy_differs_from_the_one_it_was_made_of_in_the_changes(PolicySet policy, PolicyEdit[] edits, UserInfo[] people)
    {
        var before = CompiledPolicy.Compile(policy);
        var after = before.With([.. edits.Select(ChangeOf)]);

        AssertSame(PolicyDiff.Compute(before.ToPolicySet(), after.ToPolicySet(), people), PolicyDiff.Compute(before, after, people));
        AssertSame(PolicyDiff.Compute(after.ToPolicySet(), before.ToPolicySet(), people), PolicyDiff.Compute(after, before, people));
    }

    [Property(MaxTest = 1000)]
    public void Two_policies_made_of_one_differ_in_the_changes_of_both(PolicySet policy, PolicyEdit[] edits, PolicyEdit[] others)
    {
        var common = CompiledPolicy.Compile(policy);
        var (before, after) = (common.With([.. edits.Select(ChangeOf)]), common.With([.. others.Select(ChangeOf)]));

        AssertSame(PolicyDiff.Compute(before.ToPolicySet(), after.ToPolicySet()), PolicyDiff.Compute(before, after));
    }

    [Fact]
    public void Random_pairs_differ_in_every_way()
    {
        var seed = new Rnd(20260729UL, 1UL);
        var pairs = PolicyPair.Any.Sample(1500, seed, 3).ToList();
        var diffs = pairs.ConvertAll(p => PolicyDiff.Compute(p.Before, p.After));
        var changes = diffs.SelectMany(d => d.Subjects).ToList();
        var rules = changes.SelectMany(c => c.Gained.Rules.Concat(c.Lost.Rules)).ToList();
        var decided = pairs.SelectMany(Differences).ToList();

        Assert.InRange(Share(diffs, d => d.IsEmpty), 0.1, 0.6);
        Assert.InRange(Share(changes, c => c.Gained.IsEmpty), 0.1, 0.9);
        Assert.InRange(Share(changes, c => c.Lost.IsEmpty), 0.1, 0.9);
        Assert.InRange(Share(changes, c => c.Who.Length > 1), 0.05, 0.9);
        Assert.InRange(Share(rules, r => r is UrlAccessRule), 0.03, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { Namespaces.IsComplement: false }), 0.1, 0.9);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { Namespaces: { IsComplement: true, IsAll: false } }), 0.005, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { ResourceNames.IsAll: false }), 0.03, 0.9);
        Assert.InRange(Share(decided, d => d), 0.01, 0.5);
    }

    private static PolicyChange ChangeOf(PolicyEdit edit) => edit.Kind == EditKind.Remove
        ? PolicyChange.Delete(edit.Object.Kind, edit.Object.Metadata.Namespace, edit.Object.Metadata.Name)
        : PolicyChange.Put(edit.Object);

    private static IEnumerable<bool> Differences(PolicyPair pair)
    {
        var (before, after) = (new RbacAuthorizer(pair.Before), new RbacAuthorizer(pair.After));
        return pair.Identities.SelectMany(user => pair.Requests.Select(r => r with { User = user }))
            .Select(r => before.Authorize(r).IsAllowed != after.Authorize(r).IsAllowed);
    }

    private static Dictionary<UserInfo, (AccessSet Gained, AccessSet Lost)> ByIdentity(ImmutableArray<AccessChange<Subject>> changes) =>
        changes.SelectMany(c => c.Who.Select(who => (who, c))).ToDictionary(p => AccessSubjects.UserOf(p.who), p => (p.c.Gained, p.c.Lost));

    private static void AssertComesThrough(AccessSet set, ImmutableArray<AllowingPath> paths, PolicySet policy)
    {
        var sources = paths.Select(p => (Path: p, Set: p.Source.Binding.IsNamespaced
            ? AccessSet.InNamespace(p.Source.Binding.Metadata.Namespace, p.Rule)
            : AccessSet.ClusterWide(p.Rule))).ToList();

        Assert.True(sources.Aggregate(AccessSet.Empty, (sum, s) => sum.Union(s.Set)).IsSupersetOf(set));
        Assert.All(sources, s => Assert.True(s.Set.Overlaps(set)));
        Assert.All(paths, p => Assert.Contains(p.Source.Binding, policy.Objects.OfType<RbacBinding>()));
        Assert.All(paths, p => Assert.Contains(p.Rule, p.Source.Role.Rules));
    }

    private static void AssertSame(PolicyDiff expected, PolicyDiff actual)
    {
        AssertSame(expected.Subjects, actual.Subjects);
        AssertSame(expected.People, actual.People);
    }

    private static void AssertSame<TWho>(ImmutableArray<AccessChange<TWho>> expected, ImmutableArray<AccessChange<TWho>> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Who.AsEnumerable(), other.Who);
            Assert.Equal((one.Gained, one.Lost), (other.Gained, other.Lost));
            Assert.Equal(one.GainedThrough.ToHashSet(), other.GainedThrough.ToHashSet());
            Assert.Equal(one.LostThrough.ToHashSet(), other.LostThrough.ToHashSet());
        }
    }

    private static double Share<T>(List<T> items, Func<T, bool> predicate) => items.Count(predicate) / (double)items.Count;
}

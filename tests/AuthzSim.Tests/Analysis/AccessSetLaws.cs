using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

/// <summary>Sets of actions are sets, and the sets that the specification of a rule describes.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(AccessSets)], MaxTest = 1000)]
public sealed class AccessSetLaws
{
    private const int RequestCount = 30;

    [Property(MaxTest = 4000)]
    public Property Membership_is_what_the_rules_allow(AccessExpression expression) =>
        Prop.ForAll(Arb.From(Gen.ArrayOf(Aimed(expression), RequestCount)), requests =>
        {
            var set = expression.Set;
            Assert.All(requests, r => Assert.Equal(expression.Allow(r), set.Contains(r)));
        });

    [Property(MaxTest = 2000)]
    public Property The_rules_of_a_set_hold_exactly_the_set(AccessExpression expression) =>
        Prop.ForAll(Arb.From(Gen.ArrayOf(Aimed(expression), RequestCount)), requests =>
        {
            var set = expression.Set;
            Assert.All(requests, r => Assert.Equal(set.Contains(r), set.Rules.Any(rule => rule.Contains(r))));
        });

    [Property]
    public Property Every_request_within_a_rule_of_a_set_is_in_the_set(AccessExpression expression)
    {
        var set = expression.Set;
        return set.IsEmpty
            ? (expression.Set.Rules.IsEmpty && set.ToString() == "nothing").ToProperty()
            : Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Elements(set.Rules.ToArray()).SelectMany(AccessSets.RequestWithin), RequestCount)), requests =>
            {
                Assert.All(requests, r => Assert.True(set.Contains(r)));
                Assert.All(requests, r => Assert.True(expression.Allow(r)));
            });
    }

    [Property]
    public void Equal_sets_have_equal_rules_however_they_came_about(ScopedRules a, AccessExpression b)
    {
        var direct = a.Set.Union(b.Set);
        var roundabout = b.Set.Except(a.Split().Set).Union(a.Split().Set).Union(a.Set.Intersect(b.Set));

        Assert.Equal(direct, roundabout);
        Assert.Equal(direct.GetHashCode(), roundabout.GetHashCode());
        Assert.Equal(direct.Rules.AsEnumerable(), roundabout.Rules);
        Assert.Equal(direct.ToString(), roundabout.ToString());
    }

    [Property]
    public void Sets_are_equal_exactly_when_they_differ_in_nothing(AccessExpression a, AccessExpression b)
    {
        var (x, y) = (a.Set, b.Set);
        var differenceIsEmpty = x.Except(y).IsEmpty && y.Except(x).IsEmpty;

        Assert.Equal(differenceIsEmpty, x.Equals(y));
        Assert.Equal(differenceIsEmpty, x.Rules.SequenceEqual(y.Rules));
    }

    [Property]
    public void Union_and_intersection_are_commutative_associative_and_distributive(AccessExpression a, AccessExpression b, AccessExpression c)
    {
        var (x, y, z) = (a.Set, b.Set, c.Set);

        Assert.Equal(x.Union(y), y.Union(x));
        Assert.Equal(x.Intersect(y), y.Intersect(x));
        Assert.Equal(x.Union(y).Union(z), x.Union(y.Union(z)));
        Assert.Equal(x.Intersect(y).Intersect(z), x.Intersect(y.Intersect(z)));
        Assert.Equal(x.Intersect(y.Union(z)), x.Intersect(y).Union(x.Intersect(z)));
        Assert.Equal(x.Union(y.Intersect(z)), x.Union(y).Intersect(x.Union(z)));
        Assert.Equal(x, x.Union(x.Intersect(y)));
        Assert.Equal(x, x.Intersect(x.Union(y)));
    }

    [Property]
    public void Difference_follows_De_Morgan(AccessExpression a, AccessExpression b, AccessExpression c)
    {
        var (x, y, z) = (a.Set, b.Set, c.Set);

        Assert.Equal(x.Except(y.Union(z)), x.Except(y).Intersect(x.Except(z)));
        Assert.Equal(x.Except(y.Intersect(z)), x.Except(y).Union(x.Except(z)));
        Assert.Equal(x.Except(y).Except(z), x.Except(y.Union(z)));
        Assert.Equal(x.Intersect(y), x.Except(x.Except(y)));
        Assert.Equal(x, x.Except(y).Union(x.Intersect(y)));
        Assert.Equal(x, AccessSet.Everything.Except(AccessSet.Everything.Except(x)));
        Assert.Equal(AccessSet.Empty, x.Except(y).Intersect(y));
    }

    [Property]
    public void Containment_is_having_nothing_outside(AccessExpression a, AccessExpression b)
    {
        var (x, y) = (a.Set, b.Set);

        Assert.Equal(x.Union(y).Equals(x), x.IsSupersetOf(y));
        Assert.Equal(!x.Intersect(y).IsEmpty, x.Overlaps(y));
        Assert.True(x.Union(y).IsSupersetOf(y) && y.IsSupersetOf(x.Intersect(y)) && AccessSet.Everything.IsSupersetOf(x) && x.IsSupersetOf(AccessSet.Empty));
    }

    [Property(MaxTest = 2000)]
    public void None_of_the_rules_of_a_set_can_go(AccessExpression expression)
    {
        var set = expression.Set;
        foreach (var rule in set.Rules)
        {
            var without = set.Rules.Remove(rule);
            Assert.True(Representatives(rule, set.Rules).Any(r => !without.Any(other => other.Contains(r))), $"{rule} of\n{set}");
        }
    }

    [Fact]
    public void Random_sets_are_of_every_sort()
    {
        var seed = new Rnd(20260729UL, 1UL);
        var sets = AccessSets.Expression.Sample(2000, seed, 3).Select(e => e.Set).ToList();
        var rules = sets.SelectMany(s => s.Rules).ToList();

        Assert.InRange(Share(sets, s => s.IsEmpty), 0.05, 0.4);
        Assert.InRange(Share(sets, s => s.Rules.Length > 3), 0.1, 0.9);
        Assert.InRange(Share(rules, r => r is UrlAccessRule), 0.1, 0.6);
        Assert.InRange(Share(rules, r => r is UrlAccessRule { Urls.Patterns: var p } && p.Any(u => !u.IsIncluded)), 0.001, 0.6);
        Assert.InRange(Share(rules, r => r.Verbs is { IsComplement: true, IsAll: false }), 0.02, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { Namespaces: { IsComplement: true, IsAll: false } }), 0.02, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { ApiGroups: { IsComplement: true, IsAll: false } }), 0.02, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule { ResourceNames.IsAll: false }), 0.1, 0.9);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule a && a.Resources.Any(s => s.Resources is { IsComplement: true, IsAll: false })), 0.02, 0.6);
        Assert.InRange(Share(rules, r => r is ResourceAccessRule a && a.Resources.Any(s => s.Subresources.Contains("scale") && !s.Subresources.IsAll)), 0.02, 0.9);
    }

    [Fact]
    public void Random_requests_are_in_sets_and_out_of_them()
    {
        var seed = new Rnd(20260729UL, 1UL);
        var answers = AccessSets.Expression.SelectMany(e => Aimed(e).Select(r => e.Allow(r))).Sample(4000, seed, 3).ToList();

        Assert.InRange(Share(answers, a => a), 0.15, 0.85);
    }

    private static double Share<T>(List<T> items, Func<T, bool> predicate) => items.Count(predicate) / (double)items.Count;

    private static Gen<RequestAttributes> Aimed(AccessExpression expression) =>
        Gen.Frequency((4, Gen.Elements(expression.Parts.ToArray()).SelectMany(p => AccessSets.RequestAt(p.Rules))), (1, PolicyGenerators.Request));

    /// <summary>Requests within a rule, one for each way in which the rules of its set can tell them apart.</summary>
    private static IEnumerable<RequestAttributes> Representatives(AccessRule rule, ImmutableArray<AccessRule> rules)
    {
        var verbs = Values(rules.Select(r => r.Verbs)).Where(rule.Verbs.Contains).ToList();
        if (rule is UrlAccessRule url)
        {
            var paths = rules.OfType<UrlAccessRule>().SelectMany(r => r.Urls.Patterns).SelectMany(p => new[] { p.Text, p.Text + "☃" });
            return from path in paths.Append("☃").Distinct().Where(url.Urls.Contains)
                   from verb in verbs
                   select RequestAttributes.ForPath(UserInfo.Of(""), verb, path);
        }

        var (own, others) = ((ResourceAccessRule)rule, rules.OfType<ResourceAccessRule>().ToList());
        var selections = others.SelectMany(r => r.Resources).ToList();
        return from resource in Values(selections.Select(s => s.Resources))
               from subresource in Values(selections.Select(s => s.Subresources))
               where own.Resources.Any(s => s.Contains(resource, subresource))
               from @namespace in Values(others.Select(r => r.Namespaces)).Where(own.Namespaces.Contains)
               from apiGroup in Values(others.Select(r => r.ApiGroups)).Where(own.ApiGroups.Contains)
               from name in Values(others.Select(r => r.ResourceNames)).Where(own.ResourceNames.Contains)
               from verb in verbs
               select RequestAttributes.ForResource(UserInfo.Of(""), verb, resource, apiGroup, @namespace, subresource, name);

        static List<string> Values(IEnumerable<ValueSet> sets) => [.. sets.SelectMany(s => s.Values).Append("unheard-of").Distinct()];
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Laws;

/// <summary>What the escalation check accepts is held indeed.</summary>
[Properties(Arbitrary = [typeof(PolicyArbitraries)], MaxTest = 1000)]
public sealed class CoveringLaws
{
    [Property]
    public void Covered_rules_allow_nothing_that_the_owner_is_not_allowed(RulePair pair)
    {
        if (!PolicyComparator.Uncovered(pair.Owner, pair.Servant).IsEmpty)
        {
            return;
        }

        foreach (var request in pair.Requests.Where(r => !r.Resource.Contains('/', StringComparison.Ordinal)))
        {
            Assert.True(!RuleMatcher.RulesAllow(request, pair.Servant) || RuleMatcher.RulesAllow(request, pair.Owner), $"{request}");
        }
    }

    [Property]
    public void Every_sub_rule_of_a_rule_is_covered_by_it(PolicyRule rule) => Assert.Empty(PolicyComparator.Uncovered([rule], [rule]));

    [Property]
    public void Rules_and_their_sub_rules_allow_the_same(RulePair pair)
    {
        var subRules = pair.Servant.SelectMany(PolicyComparator.BreakdownRule).ToImmutableArray();

        Assert.All(pair.Requests, r => Assert.Equal(RuleMatcher.RulesAllow(r, pair.Servant), RuleMatcher.RulesAllow(r, subRules)));
    }

    [Fact]
    public void A_review_that_writes_the_subresource_into_the_resource_escapes_the_covering()
    {
        var owner = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["*/log"] };
        var servant = owner with { Resources = ["pods/log"] };
        var request = RequestAttributes.ForResource(UserInfo.Of("alice"), "get", "pods/log");

        Assert.Empty(PolicyComparator.Uncovered([owner], [servant]));
        Assert.True(RuleMatcher.RuleAllows(request, servant));
        Assert.False(RuleMatcher.RuleAllows(request, owner));
    }
}

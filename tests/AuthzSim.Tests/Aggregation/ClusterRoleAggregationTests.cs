using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Tests.Aggregation;

/// <summary>Upstream's TestSyncClusterRole, and what it leaves out.</summary>
public sealed class ClusterRoleAggregationTests
{
    private static readonly ImmutableArray<PolicyRule> _hammer = [Rule("hammer", "nails"), Rule("hammer", "wedges")];
    private static readonly ImmutableArray<PolicyRule> _chisel = [Rule("chisel", "mortises")];
    private static readonly ImmutableArray<PolicyRule> _saw = [Rule("saw", "boards")];

    [Fact]
    public void Dead_and_handwritten_rules_are_removed() => Assert.Equal(
        _hammer, Combined(Role("hammer", "bar", _hammer), Aggregated("combined", _saw, "bar")));

    [Fact]
    public void A_selector_that_matches_nothing_strips_the_rules() => Assert.Empty(
        Combined(Role("hammer", "not-bar", _hammer), Aggregated("combined", _hammer, "bar")));

    [Fact]
    public void An_empty_list_of_selectors_strips_the_rules() => Assert.Empty(
        Combined(Role("hammer", "bar", _hammer), Aggregated("combined", _hammer)));

    [Fact]
    public void Selected_roles_are_taken_in_the_order_of_their_names() => Assert.Equal(
        [.. _chisel, .. _hammer],
        Combined(
            Role("hammer", "bar", _hammer), Role("chisel", "bar", _chisel), Role("saw", "not-bar", _saw), Aggregated("combined", [], "bar")));

    [Fact]
    public void Names_are_ordered_by_bytes() => Assert.Equal(
        [.. _saw, .. _chisel, .. _hammer],
        Combined(Role("\U00010000", "bar", _hammer), Role("\uffff", "bar", _chisel), Role("Z", "bar", _saw), Aggregated("combined", [], "bar")));

    [Fact]
    public void Selectors_are_taken_in_their_own_order() => Assert.Equal(
        [.. _saw, .. _chisel, .. _hammer],
        Combined(
            Role("hammer", "bar", _hammer), Role("chisel", "bar", _chisel), Role("saw", "not-bar", _saw), Aggregated("combined", [], "not-bar", "bar")));

    [Fact]
    public void Equal_rules_are_taken_once() => Assert.Equal(
        [.. _chisel, .. _hammer, .. _saw],
        Combined(
            Role("hammer", "bar", _hammer), Role("chisel", "bar", _chisel), Role("saw", "bar", _saw), Role("other-saw", "not-bar", _saw),
            Aggregated("combined", [], "bar", "not-bar")));

    [Fact]
    public void The_order_of_words_makes_two_rules_of_one()
    {
        PolicyRule readers = new() { Verbs = ["get", "list"] };
        PolicyRule listers = new() { Verbs = ["list", "get"] };

        Assert.Equal([readers, listers], Combined(Role("a", "bar", [readers]), Role("b", "bar", [listers]), Aggregated("combined", [], "bar")));
    }

    [Fact]
    public void A_policy_that_needs_no_change_is_the_same_policy()
    {
        var policy = new PolicySet { ClusterRoles = [Role("hammer", "bar", _hammer), Aggregated("combined", _hammer, "bar")] };

        Assert.Same(policy, ClusterRoleAggregation.Apply(policy));
    }

    [Fact]
    public void The_empty_selector_takes_every_other_role()
    {
        var combined = Aggregated("combined", _chisel) with { AggregationRule = new AggregationRule { ClusterRoleSelectors = [new LabelSelector()] } };

        Assert.Equal([.. _hammer, .. _saw], Combined(Role("saw", "", _saw), Role("hammer", "bar", _hammer), combined));
    }

    [Fact]
    public void A_role_never_takes_its_own_rules() => Assert.Equal(
        _hammer,
        Combined(Role("hammer", "bar", _hammer), Aggregated("combined", _saw, "bar") with { Metadata = Meta("combined", "bar") }));

    [Fact]
    public void A_chain_of_aggregated_roles_fills_up_to_its_end_whatever_the_names()
    {
        var upwards = Apply(
            Role("x", "0", _hammer), Aggregated("a", [], "0") with { Metadata = Meta("a", "1") },
            Aggregated("b", [], "1") with { Metadata = Meta("b", "2") }, Aggregated("c", [], "2"));
        var downwards = Apply(
            Role("x", "0", _hammer), Aggregated("c", [], "0") with { Metadata = Meta("c", "1") },
            Aggregated("b", [], "1") with { Metadata = Meta("b", "2") }, Aggregated("a", [], "2"));

        Assert.Equal(_hammer, upwards["c"]);
        Assert.Equal(_hammer, downwards["a"]);
    }

    [Fact]
    public void Roles_that_select_each_other_keep_what_they_hold_together()
    {
        var roles = Apply(
            Role("x", "a", _saw),
            Aggregated("one", _hammer, "b", "a") with { Metadata = Meta("one", "c") },
            Aggregated("two", _hammer, "c") with { Metadata = Meta("two", "b") });

        Assert.Equal([.. _hammer, .. _saw], roles["one"]);
        Assert.Equal(roles["one"], roles["two"]);
    }

    [Fact]
    public void A_ring_that_never_settles_comes_to_an_end()
    {
        var roles = Apply(
            Aggregated("a", [], "b") with { Metadata = Meta("a", "a") },
            Aggregated("b", [], "c") with { Metadata = Meta("b", "b") },
            Aggregated("c", _hammer, "a") with { Metadata = Meta("c", "c") });

        Assert.All(roles.Values, rules => Assert.True(rules.IsEmpty || rules.SequenceEqual(_hammer)));
    }

    [Theory]
    [InlineData("foo", "Equals", "bar")]
    [InlineData("foo", "In", "")]
    [InlineData("foo", "NotIn", "")]
    [InlineData("foo", "Exists", "bar")]
    [InlineData("foo", "DoesNotExist", "bar")]
    [InlineData("no key", "Exists", "")]
    [InlineData("foo", "In", "no/value")]
    [InlineData("foo", "in", "bar")]
    public void An_invalid_selector_leaves_the_stored_rules(string key, string @operator, string value)
    {
        LabelSelectorRequirement requirement = new() { Key = key, Operator = @operator, Values = value.Length == 0 ? [] : [value] };
        var combined = Aggregated("combined", _saw) with
        {
            AggregationRule = new AggregationRule { ClusterRoleSelectors = [new LabelSelector(), new LabelSelector { MatchExpressions = [requirement] }] },
        };

        Assert.Equal(_saw, Combined(Role("hammer", "bar", _hammer), combined));
    }

    [Theory]
    [InlineData("In", "bar", "hammer")]
    [InlineData("NotIn", "bar", "chisel saw")]
    [InlineData("Exists", "", "hammer saw")]
    [InlineData("DoesNotExist", "", "chisel")]
    public void Expressions_select_by_value_or_by_presence(string @operator, string value, string selected)
    {
        LabelSelectorRequirement requirement = new() { Key = "foo", Operator = @operator, Values = value.Length == 0 ? [] : [value] };
        var combined = Aggregated("combined", []) with
        {
            AggregationRule = new AggregationRule { ClusterRoleSelectors = [new LabelSelector { MatchExpressions = [requirement] }] },
        };

        var rules = Combined(Role("hammer", "bar", _hammer), Role("chisel", "", _chisel), Role("saw", "not-bar", _saw), combined);

        Assert.Equal(selected, string.Join(' ', rules.Select(r => r.Verbs[0]).Distinct()));
    }

    [Fact]
    public void Of_two_roles_of_one_name_the_later_is_taken_and_filled()
    {
        var policy = ClusterRoleAggregation.Apply(new PolicySet
        {
            ClusterRoles = [Role("tool", "bar", _hammer), Aggregated("combined", _saw, "bar"), Role("tool", "bar", _chisel), Aggregated("combined", [], "bar")],
        });

        Assert.Equal(_saw, policy.ClusterRoles[1].Rules);
        Assert.Equal(_chisel, policy.ClusterRoles[3].Rules);
    }

    private static ImmutableArray<PolicyRule> Combined(params ClusterRole[] roles) => Apply(roles)["combined"];

    private static Dictionary<string, ImmutableArray<PolicyRule>> Apply(params ClusterRole[] roles) =>
        ClusterRoleAggregation.Apply(new PolicySet { ClusterRoles = [.. roles] })
            .ClusterRoles.ToDictionary(r => r.Metadata.Name, r => r.Rules, StringComparer.Ordinal);

    private static PolicyRule Rule(string verb, string resource) => new() { Verbs = [verb], Resources = [resource] };

    private static ObjectMeta Meta(string name, string foo) =>
        new() { Name = name, Labels = foo.Length == 0 ? ObjectMeta.NoEntries : ObjectMeta.NoEntries.Add("foo", foo) };

    private static ClusterRole Role(string name, string foo, ImmutableArray<PolicyRule> rules) => new() { Metadata = Meta(name, foo), Rules = rules };

    private static ClusterRole Aggregated(string name, ImmutableArray<PolicyRule> rules, params string[] foos) => new()
    {
        Metadata = Meta(name, ""),
        Rules = rules,
        AggregationRule = new AggregationRule
        {
            ClusterRoleSelectors = [.. foos.Select(foo => new LabelSelector { MatchLabels = ObjectMeta.NoEntries.Add("foo", foo) })],
        },
    };
}

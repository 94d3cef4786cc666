using System.Collections.Immutable;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;
using AuthzSim.Tests.Analysis;

namespace AuthzSim.Tests.PolicyTests;

public sealed class PolicyTesterTests
{
    private static readonly TestedResource _pods = new("", "pods");
    private static readonly TestedResource _secrets = new("", "secrets");
    private static readonly PolicyRule _readPods = Rule(["get", "list"], "pods");
    private static readonly PolicyRule _readSecrets = Rule(["get"], "secrets");

    /// <summary>Group devs reads pods in shop, user ann reads secrets everywhere, and the vault's account those of shop.</summary>
    private static readonly PolicySet _policy = Given.Policy(
        Given.ClusterRole("pods", _readPods),
        Given.ClusterRole("secrets", _readSecrets),
        Given.In("shop", "devs", "ClusterRole", "pods", Given.Group("devs")),
        Given.Everywhere("ann", "secrets", Given.User("ann")),
        Given.In("shop", "vault", "ClusterRole", "secrets", Given.ServiceAccount("vault")));

    [Fact]
    public void Allow_passes_for_whom_a_binding_names_and_for_members()
    {
        var table = Table(["get", "list"], _pods, "shop");
        var outcome = Run(new AllowAssertion { Subjects = [Subject.Group("devs"), Subject.User("ben")], Actions = table }, members: ("ben", "devs"));
        Assert.All(outcome, c => Assert.True(c.Passed));
        Assert.Equal(
            ["group devs may get pods in shop", "group devs may list pods in shop", "user ben may get pods in shop", "user ben may list pods in shop"],
            outcome.Select(c => c.Name));
    }

    [Fact]
    public void Allow_fails_with_the_request_that_is_denied()
    {
        var outcome = Assert.Single(Run(new AllowAssertion { Name = "all", Subjects = [Subject.Group("devs")], Actions = Table(["get"], _pods, "*") }));
        var finding = Assert.Single(outcome.Findings);
        Assert.Equal((FindingKind.Denied, "all: group devs may get pods in all namespaces"), (finding.Kind, outcome.Name));
        Assert.Equal(("get", ""), (finding.Request!.Value.Verb, finding.Request.Value.Namespace));
    }

    [Fact]
    public void Allow_of_every_verb_fails_for_the_verbs_that_are_missing()
    {
        var finding = Assert.Single(Run(new AllowAssertion { Subjects = [Subject.Group("devs")], Actions = Table(["*"], _pods, "shop") })[0].Findings);
        Assert.Equal("in shop: * except get, list; groups \"\"; resources pods; names \"\"", finding.Access!.ToString());
    }

    [Fact]
    public void Deny_fails_with_the_rules_that_allow()
    {
        var outcomes = Run(new DenyAssertion { Subjects = [Subject.User("ann"), Subject.User("ben")], Actions = Table(["get"], _secrets, "shop") });
        var finding = Assert.Single(outcomes[0].Findings);
        Assert.Equal((FindingKind.Allowed, "ann"), (finding.Kind, Assert.Single(finding.Paths).Source.Binding.Metadata.Name));
        Assert.Same(_readSecrets, finding.Paths[0].Rule);
        Assert.True(outcomes[1].Passed);
    }

    [Fact]
    public void Deny_in_all_namespaces_sees_the_one_where_it_is_allowed()
    {
        var finding = Assert.Single(Run(new DenyAssertion { Subjects = [Subject.ServiceAccount("shop", "vault")], Actions = Table(["get"], _secrets, "*") })[0].Findings);
        Assert.Equal("shop", finding.Request!.Value.Namespace);
    }

    [Fact]
    public void Only_passes_when_it_names_everybody_who_may() => Assert.True(Assert.Single(Run(new OnlyAssertion
    {
        Subjects = [Subject.User("ann"), Subject.ServiceAccount("shop", "vault")],
        Actions = Table(["get"], _secrets, "shop"),
    })).Passed);

    [Fact]
    public void Only_fails_for_who_is_missing_and_for_who_is_too_many()
    {
        var outcome = Assert.Single(Run(new OnlyAssertion { Subjects = [Subject.User("zoe"), Subject.User("ann")], Actions = Table(["get"], _secrets, "shop") }));
        Assert.Equal(
            [(FindingKind.Denied, "zoe", ""), (FindingKind.Allowed, "vault", "shop")],
            outcome.Findings.Select(f => (f.Kind, f.Subject!.Name, f.Subject.Namespace)));
    }

    [Theory]
    [InlineData(true, "ann", "shop/vault")]
    [InlineData(true, "a*", "sh*/*")]
    [InlineData(false, "ann", "other/vault")]
    [InlineData(false, "*", "shop/x*")]
    public void Never_passes_when_all_who_may_are_exempt(bool passes, string user, string account) => Assert.Equal(passes, Never(
        Subject.User(user), Subject.ServiceAccount(account.Split('/')[0], account.Split('/')[1])).Passed);

    [Theory]
    [InlineData(true, "system:serviceaccounts:shop")]
    [InlineData(true, "system:serviceaccounts")]
    [InlineData(true, "system:authenticated")]
    [InlineData(false, "system:serviceaccounts:other")]
    [InlineData(false, "system:*")]
    public void An_account_is_exempt_by_the_groups_it_is_always_in(bool passes, string group) =>
        Assert.Equal(passes, Never(Subject.User("ann"), Subject.Group(group)).Passed);

    [Fact]
    public void Never_shows_who_may_and_through_what()
    {
        var finding = Assert.Single(Never(Subject.User("ann")).Findings);
        Assert.Equal(("vault", "shop", "get"), (finding.Subject!.Name, finding.Request!.Value.Namespace, finding.Request.Value.Verb));
        Assert.Equal("vault", Assert.Single(finding.Paths).Source.Binding.Metadata.Name);
    }

    [Fact]
    public void What_the_default_policy_grants_is_taken_as_given_unless_it_is_asked_for()
    {
        var never = new NeverAssertion { Except = [Subject.ServiceAccount("shop", "vault")], Actions = Everywhere(["get"], _secrets) };
        Assert.True(Run(_policy, _policy, never)[0].Passed);
        Assert.False(Run(_policy, _policy, never with { IncludesDefaultPolicy = true })[0].Passed);

        var more = _policy with { ClusterRoles = [_policy.ClusterRoles[0], Given.ClusterRole("secrets", _readSecrets, Rule(["list"], "secrets"))] };
        Assert.Equal("list", Run(more, _policy, never with { Actions = Everywhere(["get", "list"], _secrets) })[1].Findings[0].Request!.Value.Verb);
    }

    [Fact]
    public void A_change_passes_when_all_it_gives_and_takes_is_stated() => Assert.True(Assert.Single(Run(Change)).Passed);

    [Fact]
    public void A_change_fails_for_what_is_not_stated_and_for_what_does_not_happen()
    {
        var stated = new AccessTable([Subject.User("zoe")], Everywhere(["get"], _pods) with { Namespaces = ["shop"] });
        var outcome = Assert.Single(Run(Change with { Gains = [stated], Losses = [] }));
        Assert.Equal([FindingKind.Gained, FindingKind.NotGained, FindingKind.Lost], outcome.Findings.Select(f => f.Kind));
        Assert.Equal("in test: get, list; groups \"\"; resources pods", outcome.Findings[0].Access!.ToString());
        Assert.Equal("new", Assert.Single(outcome.Findings[0].Paths).Source.Binding.Metadata.Name);
    }

    [Fact]
    public void A_change_that_deletes_what_is_not_there_fails()
    {
        var change = new ChangeAssertion { Changes = [PolicyChange.Delete("RoleBinding", "shop", "none")], Gains = [], Losses = [] };
        Assert.Equal(FindingKind.NothingToDelete, Assert.Single(Assert.Single(Run(change)).Findings).Kind);
    }

    [Fact]
    public void Coverage_counts_bindings_and_rules_that_a_case_is_allowed_through()
    {
        var test = new PolicyTest
        {
            Assertions =
            [
                new AllowAssertion { Subjects = [Subject.Group("devs")], Actions = Table(["get"], _pods, "shop") },
                new DenyAssertion { Subjects = [Subject.Group("devs")], Actions = Table(["get"], _secrets, "shop") },
                Change,
            ],
        };
        var coverage = new PolicyTester(_policy, PolicySet.Empty).Run([test], measuresCoverage: true).Coverage!;
        Assert.Equal((3, 2, 40.0), (coverage.BindingCount, coverage.RuleCount, coverage.Percent));
        Assert.Equal(["ann", "vault"], coverage.Bindings.Select(b => b.Metadata.Name));
        Assert.Same(_readSecrets, Assert.Single(coverage.Rules).Rule);
    }

    [Fact]
    public void Objects_of_the_default_policy_are_not_covered()
    {
        var coverage = new PolicyTester(_policy, _policy).Run([new PolicyTest()], measuresCoverage: true).Coverage!;
        Assert.Equal((0, 0, 100.0), (coverage.BindingCount, coverage.RuleCount, coverage.Percent));
    }

    /// <summary>Group devs moves from shop to test.</summary>
    private static ChangeAssertion Change { get; } = new()
    {
        Changes =
        [
            PolicyChange.Put(Given.In("test", "new", "ClusterRole", "pods", Given.Group("devs"))),
            PolicyChange.Delete("RoleBinding", "shop", "devs"),
        ],
        Gains = [new AccessTable([Subject.Group("devs")], Everywhere(["get", "list"], _pods) with { Namespaces = ["test"] })],
        Losses = [new AccessTable([Subject.Group("devs")], Everywhere(["list", "get"], _pods) with { Namespaces = ["shop"] })],
    };

    private static CaseOutcome Never(params Subject[] except) =>
        Assert.Single(Run(new NeverAssertion { Except = [.. except], Actions = Everywhere(["get"], _secrets) }));

    private static PolicyRule Rule(string[] verbs, string resource) => new() { Verbs = [.. verbs], ApiGroups = [""], Resources = [resource] };

    private static ActionTable Table(string[] verbs, TestedResource resource, params string[] namespaces) =>
        new() { Verbs = [.. verbs], Resources = [resource], Namespaces = [.. namespaces] };

    private static ActionTable Everywhere(string[] verbs, TestedResource resource) =>
        Table(verbs, resource, "*") with { ResourceNames = ["*"] };

    private static ImmutableArray<CaseOutcome> Run(PolicyAssertion assertion, params (string User, string Group)[] members) =>
        Run(_policy, PolicySet.Empty, assertion, members);

    private static ImmutableArray<CaseOutcome> Run(
        PolicySet policy, PolicySet defaults, PolicyAssertion assertion, params (string User, string Group)[] members)
    {
        var test = new PolicyTest
        {
            Assertions = [assertion],
            Members = PolicyTest.NoMembers.AddRange(members.Select(m => KeyValuePair.Create(m.User, ImmutableArray.Create(m.Group)))),
        };
        return new PolicyTester(policy, defaults).Run([test]).Tests[0].Cases;
    }
}

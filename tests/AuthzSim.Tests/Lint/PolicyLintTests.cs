using AuthzSim.Lint;
using AuthzSim.Rbac;
using static AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Tests.Lint;

public sealed class PolicyLintTests
{
    [Theory]
    [InlineData("Get", "verb `Get` never matches: verbs are lower-case")]
    [InlineData("", "an empty verb never matches: `*` stands for all verbs")]
    public void Verbs_that_never_match(string verb, string message) => Assert.Equal([message], InRule(Rule(verb, "pods")));

    [Theory]
    [InlineData("Pods", "resource `Pods` never matches: resources are lower-case plurals, such as `pods`")]
    [InlineData("", "an empty resource never matches: `*` stands for all resources")]
    [InlineData("pods/*", "resource `pods/*` never matches: `*` is no wildcard after a slash; write `pods` and each subresource, or `*` for everything")]
    [InlineData("*/*", "resource `*/*` never matches: write `*`, which includes all subresources")]
    [InlineData("pods/", "resource `pods/` never matches: write `resource` or `resource/subresource`")]
    [InlineData("/log", "resource `/log` never matches: write `resource` or `resource/subresource`")]
    [InlineData("pods/log/x", "resource `pods/log/x` never matches: a subresource is one segment")]
    public void Resources_that_never_match(string resource, string message) => Assert.Equal([message], InRule(Rule("get", resource)));

    [Theory]
    [InlineData("healthz")]
    [InlineData("")]
    [InlineData("*/b")]
    [InlineData("healthz*")]
    public void Paths_that_never_match(string url) =>
        Assert.Equal([$"non-resource URL `{url}` never matches: paths start with `/`"], InRule(Url("get", "/ok", url)));

    [Fact]
    public void Names_exclude_requests_that_have_none() => Assert.Equal(
        ["the rule never matches: requests to deletecollection have no name, so `resourceNames` excludes them"],
        InRule(Rule("deletecollection", "pods", "", "web")));

    [Fact]
    public void What_can_match_is_left_alone() => Assert.Empty(InRule(
        Rule("*", "*", "*"),
        Rule("get", "*/scale", "*"),
        Rule("create", "pods/exec", "", "web"),
        Rule("create", "*", "", "web"),
        Rule("create", "pods", "", "web"),
        Rule("create", "pods", "", "web", ""),
        Rule("create", "pods") with { Verbs = ["create", "get"], ResourceNames = ["web"] },
        Url("get", "/", "/healthz", "/healthz/*", "*", "**"),
        new PolicyRule()));

    [Fact]
    public void Bindings_that_grant_nothing() => Assert.Equal(
        [
            "dangling-role-ref ClusterRoleBinding `c` refers to ClusterRole `ghost`, which does not exist: it grants nothing",
            "dangling-role-ref RoleBinding `b` refers to Role `r`, which does not exist in namespace `test`: it grants nothing",
            "no-subjects RoleBinding `b` has no subjects: it grants nothing to anybody",
            "no-subjects RoleBinding `ok` has no subjects: it grants nothing to anybody",
        ],
        PolicyLint.Find(Policy(
            Role("shop", "r", Rule("get", "pods")),
            Everywhere("c", "ghost", User("ann")),
            In("test", "b", "Role", "r"),
            In("shop", "ok", "Role", "r"),
            In("shop", "fine", "Role", "r", User("ann")))).Select(f => $"{f.Code} {f.Message}"));

    [Fact]
    public void A_binding_the_api_server_keeps_may_be_without_subjects()
    {
        var binding = Everywhere("system:node", "r");
        var kept = binding with { Metadata = binding.Metadata with { Labels = binding.Metadata.Labels.Add("kubernetes.io/bootstrapping", "rbac-defaults") } };
        Assert.Empty(PolicyLint.Find(Policy(ClusterRole("r"), kept)));
    }

    [Fact]
    public void A_rule_that_an_aggregated_role_repeats_is_reported_once_at_its_place()
    {
        var rule = Rule("GET", "pods") with { Location = new SourceLocation("a.yaml", 3, 1) };
        var finding = Assert.Single(PolicyLint.Find(Policy(ClusterRole("part", rule), ClusterRole("whole", rule))));
        Assert.Equal((rule.Location, PolicyLint.NeverMatches), (finding.Location, finding.Code));
    }

    private static IEnumerable<string> InRule(params PolicyRule[] rules) =>
        PolicyLint.Find(Policy(ClusterRole("r", rules))).Select(f => f.Message);
}

using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Analysis;

public sealed class RuleListingTests
{
    private static readonly UserInfo _user = UserInfo.Of("u");

    [Fact]
    public void The_worked_example_of_kubectls_list()
    {
        var lines = List(
            Rule(["get", "list"], [""], ["pods", "pods/log"]),
            Rule(["watch"], [""], ["pods"]),
            Rule(["get"], [""], ["pods"], ["web-0"]),
            Urls(["get"], ["/healthz"]),
            Urls(["get"], ["/healthz", "/version"]));
        Assert.Equal(
            [
                "pods [] [] [get list watch]",
                "pods/log [] [] [get list]",
                " [/healthz] [] [get]",
                " [/healthz] [] [get]",
                " [/version] [] [get]",
                "pods [] [web-0] [get]",
            ],
            lines.Select(Show));
    }

    [Theory]
    [InlineData("", "pods", "pods")]
    [InlineData("apps", "deployments/scale", "deployments.apps/scale")]
    [InlineData("*", "*", "*.*")]
    [InlineData("*", "*/scale", "*.*/scale")]
    [InlineData("", "*", "*")]
    [InlineData("g", "a/b/c", "a.g/b/c")]
    public void The_first_column_puts_the_group_before_the_subresource(string group, string resource, string expected) =>
        Assert.Equal(expected, List(Rule(["get"], [group], [resource])).Single().CombinedResource);

    [Fact]
    public void Verbs_stay_in_order_of_arrival_and_nothing_is_minimised() =>
        Assert.Equal(
            ["pods [] [] [watch * get]"],
            List(Rule(["watch", "*"], [""], ["pods"]), Rule(["get", "watch"], [""], ["pods"])).Select(Show));

    [Fact]
    public void The_closing_bracket_sorts_before_letters_and_after_capitals_and_signs() =>
        Assert.Equal(
            ["pods/log", "pods", "a.G", "a", "a.g"],
            List(
                Rule(["get"], ["g", "", "G"], ["a"]),
                Rule(["create", "get"], [""], ["pods"]),
                Rule(["create", "get"], [""], ["pods/log"])).Select(l => l.CombinedResource));

    [Fact]
    public void Rules_without_a_verb_group_or_resource_give_no_line() =>
        Assert.Empty(List(Rule([], [""], ["pods"]), Rule(["get"], [], ["pods"]), Rule(["get"], [""], []), Urls([], ["/x"])));

    [Fact]
    public void Each_line_names_every_binding_that_grants_part_of_it()
    {
        var policy = new PolicySet
        {
            ClusterRoles = [new ClusterRole { Metadata = Named("r"), Rules = [Rule(["get"], [""], ["pods"])] }],
            Roles = [new Role { Metadata = Named("r", "n"), Rules = [Rule(["get", "list"], [""], ["pods"]), Rule(["get"], [""], ["secrets"])] }],
            ClusterRoleBindings = [new ClusterRoleBinding { Metadata = Named("c"), Subjects = [Subject.User("u")], RoleRef = RoleRef.ClusterRole("r") }],
            RoleBindings =
            [
                new RoleBinding { Metadata = Named("b", "n"), Subjects = [Subject.User("u")], RoleRef = RoleRef.Role("r") },
                new RoleBinding { Metadata = Named("gone", "n"), Subjects = [Subject.User("u")], RoleRef = RoleRef.Role("none") },
                new RoleBinding { Metadata = Named("other", "m"), Subjects = [Subject.User("u")], RoleRef = RoleRef.ClusterRole("r") },
            ],
        };
        var resolver = new RuleResolver(policy);
        Assert.Equal(["pods: c, b", "secrets: b"], RuleListing.RulesFor(resolver, _user, "n").Select(Sources));
        Assert.Equal(["pods: b", "secrets: b"], RuleListing.NamespacedRulesFor(resolver, _user, "n").Select(Sources));
        Assert.Equal(["pods: c"], RuleListing.RulesFor(resolver, _user, "").Select(Sources));
    }

    [Property]
    public Property The_list_allows_exactly_what_the_rules_allow() => Prop.ForAll(
        Rules().ToArbitrary(), Requests().ToArbitrary(), (rules, request) =>
        {
            var allowed = RuleMatcher.RulesAllow(request, [.. rules]);
            return (RuleMatcher.RulesAllow(request, [.. List([.. rules]).Select(l => l.Rule)]) == allowed)
                .Classify(allowed, "allowed")
                .Classify(!allowed, "refused");
        });

    [Property]
    public Property No_two_lines_are_about_the_same_resource_and_name() => Prop.ForAll(Rules().ToArbitrary(), rules =>
    {
        var keys = List([.. rules]).Where(l => !l.Rule.Resources.IsEmpty)
            .Select(l => (l.CombinedResource, l.Rule.ResourceNames.FirstOrDefault())).ToList();
        return keys.Count == keys.Distinct().Count();
    });

    [Fact]
    public void The_generators_reach_both_answers()
    {
        var allowed = Gen.Sample(Rules().Zip(Requests()), 500).Count(p => RuleMatcher.RulesAllow(p.Item2, [.. p.Item1]));
        Assert.InRange(allowed, 50, 450);
    }

    private static Gen<List<PolicyRule>> Rules()
    {
        var resourceRule =
            from verbs in Some("get", "list", "*")
            from groups in Some("", "apps")
            from resources in Some("pods", "pods/log", "*/log")
            from names in Some("a", "b")
            select Rule(verbs, groups, resources, names);
        var urlRule =
            from verbs in Some("get", "*")
            from urls in Some("/a", "/a/*")
            select Urls(verbs, urls);
        return Gen.ListOf(Gen.OneOf(resourceRule, resourceRule, urlRule)).Select(l => l.ToList());
    }

    private static Gen<RequestAttributes> Requests()
    {
        var resource =
            from verb in Gen.Elements("get", "list")
            from @group in Gen.Elements("", "apps")
            from sub in Gen.Elements("", "log")
            from name in Gen.Elements("", "a")
            select RequestAttributes.ForResource(_user, verb, "pods", @group, "", sub, name);
        var path =
            from verb in Gen.Elements("get", "list")
            from url in Gen.Elements("/a", "/a/b")
            select RequestAttributes.ForPath(_user, verb, url);
        return Gen.OneOf(resource, path);
    }

    private static Gen<ImmutableArray<string>> Some(params string[] items) =>
        Gen.SubListOf(items).Select(l => l.ToImmutableArray());

    private static ImmutableArray<ListedRule> List(params ImmutableArray<PolicyRule> rules) => RuleListing.RulesFor(
        new RuleResolver(new PolicySet
        {
            ClusterRoles = [new ClusterRole { Metadata = Named("r"), Rules = rules }],
            ClusterRoleBindings = [new ClusterRoleBinding { Metadata = Named("b"), Subjects = [Subject.User("u")], RoleRef = RoleRef.ClusterRole("r") }],
        }),
        _user,
        "");

    private static string Show(ListedRule line) =>
        $"{line.CombinedResource} [{string.Join(' ', line.Rule.NonResourceUrls)}] [{string.Join(' ', line.Rule.ResourceNames)}] [{string.Join(' ', line.Rule.Verbs)}]";

    private static string Sources(ListedRule line) => $"{line.CombinedResource}: {string.Join(", ", line.Sources.Select(s => s.Binding.Metadata.Name))}";

    private static ObjectMeta Named(string name, string @namespace = "") => new() { Name = name, Namespace = @namespace };

    private static PolicyRule Rule(
        ImmutableArray<string> verbs, ImmutableArray<string> groups, ImmutableArray<string> resources, ImmutableArray<string> names = default) =>
        new() { Verbs = verbs, ApiGroups = groups, Resources = resources, ResourceNames = names };

    private static PolicyRule Urls(ImmutableArray<string> verbs, ImmutableArray<string> urls) => new() { Verbs = verbs, NonResourceUrls = urls };
}

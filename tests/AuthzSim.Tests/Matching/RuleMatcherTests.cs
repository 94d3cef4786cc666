using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Matching;

/// <summary>The tables of upstream's rule matching, element by request.</summary>
public sealed class RuleMatcherTests
{
    private static readonly string[] _requestedResources = ["pods", "pods/log", "nodes/log", "pods/"];
    private static readonly string[] _requestedPaths = ["/healthz", "/healthz/", "/healthz/etcd", "/healthzz", "/", "*"];

    [Theory]
    [InlineData("*", "yes yes yes yes")]
    [InlineData("pods", "yes no no no")]
    [InlineData("pods/log", "no yes no no")]
    [InlineData("*/log", "no yes yes no")]
    [InlineData("pods/*", "no no no no")]
    [InlineData("*/*", "no no no no")]
    [InlineData("pods/", "no no no yes")]
    [InlineData("Pods", "no no no no")]
    [InlineData("po", "no no no no")]
    [InlineData("Pod", "no no no no")]
    [InlineData("pods.", "no no no no")]
    [InlineData("", "no no no no")]
    public void A_resource_element_matches(string element, string expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = [element] };

        Assert.Equal(expected, YesNo(_requestedResources.Select(requested => Allows(rule, Request(requested)))));
    }

    [Theory]
    [InlineData("*", "yes yes yes yes yes yes")]
    [InlineData("/*", "yes yes yes yes yes no")]
    [InlineData("/healthz", "yes no no no no no")]
    [InlineData("/healthz/", "no yes no no no no")]
    [InlineData("/healthz*", "yes yes yes yes no no")]
    [InlineData("/healthz**", "yes yes yes yes no no")]
    [InlineData("/healthz/*", "no yes yes no no no")]
    [InlineData("healthz", "no no no no no no")]
    [InlineData("HEALTHZ", "no no no no no no")]
    [InlineData("/Healthz", "no no no no no no")]
    [InlineData("/*/etcd", "no no no no no no")]
    [InlineData("**", "yes yes yes yes yes yes")]
    public void A_url_element_matches(string element, string expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], NonResourceUrls = [element] };

        Assert.Equal(expected, YesNo(_requestedPaths.Select(path => Allows(rule, RequestAttributes.ForPath(new UserInfo(), "get", path)))));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("**", true)]
    [InlineData("", true)]
    [InlineData("/", false)]
    [InlineData("/*", false)]
    public void The_empty_path_is_matched_by(string element, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], NonResourceUrls = [element] };

        Assert.Equal(expected, Allows(rule, RequestAttributes.ForPath(new UserInfo(), "get", "")));
    }

    [Theory]
    [InlineData("/a/*/b", "/a/*/b", true)]
    [InlineData("/a/*/b", "/a/x/b", false)]
    [InlineData("*/x", "*/x", true)]
    [InlineData("*/x", "/a/x", false)]
    public void An_asterisk_elsewhere_in_a_url_is_literal(string element, string path, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], NonResourceUrls = [element] };

        Assert.Equal(expected, Allows(rule, RequestAttributes.ForPath(new UserInfo(), "get", path)));
    }

    [Theory]
    [InlineData("pods/*", true)]
    [InlineData("*/*", true)]
    [InlineData("*", true)]
    [InlineData("pods", false)]
    [InlineData("pods/log", false)]
    public void The_literal_subresource_asterisk_is_matched_by(string element, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = [element] };

        Assert.Equal(expected, Allows(rule, RequestAttributes.ForResource(new UserInfo(), "get", "pods", subresource: "*")));
    }

    [Theory]
    [InlineData("pods/log", true)]
    [InlineData("*/log", false)]
    public void A_subresource_written_into_the_resource_is_only_text(string element, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = [element] };

        Assert.Equal(expected, Allows(rule, RequestAttributes.ForResource(new UserInfo(), "get", "pods/log")));
    }

    [Theory]
    [InlineData("", "a", true)]
    [InlineData("", "", true)]
    [InlineData("a", "a", true)]
    [InlineData("a", "", false)]
    [InlineData("a", "ab", false)]
    [InlineData("*", "a", false)]
    [InlineData("*", "*", true)]
    [InlineData("a*", "ab", false)]
    [InlineData("a b", "b", true)]
    public void Resource_names_are_literal_and_none_is_all(string names, string requested, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods"], ResourceNames = names.Length == 0 ? [] : [.. names.Split(' ')] };

        Assert.Equal(expected, Allows(rule, RequestAttributes.ForResource(new UserInfo(), "get", "pods", name: requested)));
    }

    [Fact]
    public void An_empty_resource_name_matches_requests_without_a_name()
    {
        var rule = new PolicyRule { Verbs = ["list"], ApiGroups = [""], Resources = ["pods"], ResourceNames = [""] };

        Assert.True(Allows(rule, RequestAttributes.ForResource(new UserInfo(), "list", "pods")));
    }

    [Theory]
    [InlineData("get", "get", true)]
    [InlineData("*", "get", true)]
    [InlineData("*", "*", true)]
    [InlineData("get", "*", false)]
    [InlineData("GET", "get", false)]
    [InlineData("", "", true)]
    [InlineData("get", "", false)]
    [InlineData("*", "", true)]
    public void Verbs_and_groups_are_literal_but_for_the_asterisk(string element, string requested, bool expected)
    {
        var request = RequestAttributes.ForResource(new UserInfo(), requested, "pods", apiGroup: requested);

        Assert.Equal(expected, Allows(new PolicyRule { Verbs = [element], ApiGroups = ["*"], Resources = ["pods"] }, request));
        Assert.Equal(expected, Allows(new PolicyRule { Verbs = ["*"], ApiGroups = [element], Resources = ["pods"] }, request));
    }

    [Fact]
    public void A_rule_with_an_empty_list_allows_nothing_of_that_side()
    {
        var full = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods"], NonResourceUrls = ["/x"] };
        var (resource, path) = (Request("pods"), RequestAttributes.ForPath(new UserInfo(), "get", "/x"));

        Assert.True(Allows(full, resource) && Allows(full, path));
        Assert.False(Allows(full with { Verbs = [] }, resource) || Allows(full with { Verbs = [] }, path));
        Assert.False(Allows(full with { ApiGroups = [] }, resource) || Allows(full with { Resources = [] }, resource));
        Assert.False(Allows(full with { NonResourceUrls = [] }, path));
    }

    [Fact]
    public void Resources_and_urls_never_answer_for_each_other()
    {
        var everyResource = new PolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] };
        var everyUrl = new PolicyRule { Verbs = ["*"], NonResourceUrls = ["*"] };

        Assert.False(Allows(everyResource, RequestAttributes.ForPath(new UserInfo(), "get", "/x")));
        Assert.False(Allows(everyUrl, Request("pods") with { Path = "/api/v1/pods" }));
    }

    [Fact]
    public void All_parts_must_match_inside_one_rule()
    {
        var getPods = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = ["pods"] };
        var listNodes = new PolicyRule { Verbs = ["list"], ApiGroups = [""], Resources = ["nodes"] };

        Assert.False(RuleMatcher.RulesAllow(RequestAttributes.ForResource(new UserInfo(), "list", "pods"), [getPods, listNodes]));
        Assert.True(RuleMatcher.RulesAllow(RequestAttributes.ForResource(new UserInfo(), "list", "nodes"), [getPods, listNodes]));
    }

    private static bool Allows(PolicyRule rule, RequestAttributes request) => RuleMatcher.RuleAllows(request, rule);

    /// <summary>A request for <c>resource/subresource</c>; a final slash belongs to the resource.</summary>
    private static RequestAttributes Request(string resource) =>
        resource.Split('/') is [var plural, { Length: > 0 } subresource]
            ? RequestAttributes.ForResource(new UserInfo(), "get", plural, subresource: subresource)
            : RequestAttributes.ForResource(new UserInfo(), "get", resource);

    private static string YesNo(IEnumerable<bool> answers) => string.Join(' ', answers.Select(a => a ? "yes" : "no"));
}

using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Analysis;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>Sets as JSON: what a reader makes of it is the set again.</summary>
public sealed class AccessJsonTests
{
    [Fact]
    public void A_rule_on_resources() => Assert.Equal(
        """
        [{"namespaces":["shop"],"verbs":["get"],"apiGroups":["","apps"],"resources":[{"resources":["deployments","pods"],"subresources":[""]}],"resourceNames":["a"],"text":"[get] deployments, pods in core, apps named a in namespace shop"}]
        """.Trim(),
        AccessJson.Of(AccessSet.InNamespace(
            "shop", new PolicyRule { Verbs = ["get"], ApiGroups = ["", "apps"], Resources = ["pods", "deployments"], ResourceNames = ["a"] })).ToJsonString());

    [Fact]
    public void What_is_left_of_everything_is_every_value_with_exceptions() => Assert.Equal(
        """
        [{"namespaces":["*"],"exceptNamespaces":["shop"],"verbs":["*"],"apiGroups":["*"],"resources":[{"resources":["*"],"subresources":["*"]}],"resourceNames":["*"],"text":"[*] * in all API groups everywhere but in namespace shop"},{"verbs":["*"],"nonResourceURLs":["*"],"exceptNonResourceURLs":["/a","/b*"],"text":"[*] * except /a, /b*"}]
        """.Trim(),
        AccessJson.Of(AccessSet.Everything.Except(AccessSet.InNamespace("shop", Make.Rule("*", "*", "*"))).Except(AccessSet.ClusterWide(Make.Url("*", "/a", "/b*")))).ToJsonString());

    [Fact]
    public void A_star_that_is_a_name_is_told_from_every_name() => Assert.Equal(
        """
        [{"namespaces":["*"],"verbs":["get"],"apiGroups":[""],"resources":[{"resources":["pods"],"subresources":[""]}],"resourceNames":["*"],"literal":["resourceNames"],"text":"[get] pods named \u0022*\u0022 everywhere"}]
        """.Trim(),
        AccessJson.Of(AccessSet.ClusterWide(Make.Rule("get", "pods", "", "*"))).ToJsonString());

    [Fact]
    public void Nothing_is_no_rules() => Assert.Empty(AccessJson.Of(AccessSet.Empty));

    [Property(MaxTest = 500)]
    public Property Read_back_it_means_the_same_set() => Prop.ForAll(_setsWithRequests, pair =>
    {
        var json = JsonNode.Parse(AccessJson.Of(pair.Set).ToJsonString())!.AsArray();
        Assert.All(pair.Requests, request => Assert.Equal(pair.Set.Contains(request), json.Any(rule => Holds(rule!.AsObject(), request))));
        Assert.Equal(pair.Set.Rules.Select(AccessText.Of), json.Select(rule => rule!["text"]!.GetValue<string>()));
    });

    private static readonly Arbitrary<(AccessSet Set, RequestAttributes[] Requests)> _setsWithRequests = Arb.From(
        from expression in AccessSets.Expression
        let set = expression.Set
        from requests in Gen.ArrayOf(
            set.IsEmpty
                ? PolicyGenerators.Request
                : Gen.OneOf(
                    PolicyGenerators.Request,
                    Gen.Elements(set.Rules.ToArray()).SelectMany(AccessSets.RequestWithin),
                    AccessSets.RequestAt([.. expression.Parts.SelectMany(p => p.Rules)])),
            20)
        select (set, requests));

    private static bool Holds(JsonObject rule, RequestAttributes request) => rule.ContainsKey("nonResourceURLs")
        ? !request.IsResourceRequest && Holds(rule, "verbs", request.Verb) && HoldsPath(rule, request.Path)
        : request.IsResourceRequest && Holds(rule, "namespaces", request.Namespace) && Holds(rule, "verbs", request.Verb)
            && Holds(rule, "apiGroups", request.ApiGroup) && Holds(rule, "resourceNames", request.Name)
            && rule["resources"]!.AsArray().Any(s => Holds(s!.AsObject(), "resources", request.Resource) && Holds(s!.AsObject(), "subresources", request.Subresource));

    private static bool Holds(JsonObject rule, string name, string value)
    {
        var values = TextsOf(rule[name]);
        var except = TextsOf(rule[$"except{char.ToUpperInvariant(name[0])}{name[1..]}"]);
        return values is ["*"] && !TextsOf(rule["literal"]).Contains(name) ? !except.Contains(value) : values.Contains(value);
    }

    /// <summary>The longest pattern that fits decides; one without a star goes first.</summary>
    private static bool HoldsPath(JsonObject rule, string path)
    {
        var patterns = TextsOf(rule["nonResourceURLs"]).Select(p => (Pattern: p, IsIncluded: true))
            .Concat(TextsOf(rule["exceptNonResourceURLs"]).Select(p => (Pattern: p, IsIncluded: false)));
        return patterns.Where(p => p.Pattern.EndsWith('*') ? path.StartsWith(p.Pattern[..^1], StringComparison.Ordinal) : p.Pattern == path)
            .OrderBy(p => p.Pattern.EndsWith('*')).ThenByDescending(p => p.Pattern.Length)
            .Select(p => p.IsIncluded).FirstOrDefault();
    }

    private static string[] TextsOf(JsonNode? list) => list is null ? [] : [.. list.AsArray().Select(v => v!.GetValue<string>())];
}

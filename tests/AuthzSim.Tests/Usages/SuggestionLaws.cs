using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Tests.Laws;
using AuthzSim.Usages;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Usages;

[Properties(Arbitrary = [typeof(PolicyArbitraries), typeof(SeenSets)], MaxTest = 1000)]
public sealed class SuggestionLaws
{
    [Property]
    public void A_suggested_policy_allows_all_that_was_seen_and_at_its_granularity_nothing_else(RequestAttributes[] seen, Granularity granularity)
    {
        var policy = new RbacAuthorizer(PolicySuggestion.Of(seen.Select(Seen), granularity));
        var sayable = seen.Where(r => PolicySuggestion.CanBeSaid(r)).ToList();
        foreach (var request in seen.Concat(seen.SelectMany(one => seen.Select(other => Mixed(one, other)))))
        {
            var expected = sayable.Exists(s => Covers(s, request, granularity));
            Assert.True(expected == policy.Authorize(request).IsAllowed, $"{request}: expected {expected}\n{string.Join('\n', sayable)}");
        }
    }

    [Property]
    public void What_a_suggestion_says_the_server_would_take(RequestAttributes[] seen, Granularity granularity)
    {
        var policy = PolicySuggestion.Of(seen.Select(Seen), granularity);

        Assert.All(policy.Objects, o => Assert.DoesNotContain(RbacValidation.Validate(o), e => e.Field.StartsWith("metadata.name", StringComparison.Ordinal)));
        Assert.Equal(policy.Count, policy.Objects.Select(o => (o.Kind, o.Metadata.Namespace, o.Metadata.Name)).Distinct().Count());
    }

    [Property]
    public void What_is_missing_and_what_is_there_make_up_what_was_seen(PolicySet policy, RequestAttributes[] seen)
    {
        var compiled = CompiledPolicy.Compile(policy);
        var missing = PolicySuggestion.NotAllowedBy(compiled, seen.Select(Seen));

        Assert.Equal(seen.Where(r => !compiled.Check(r).IsAllowed), missing.Select(m => m.Request));
    }

    private static SeenRequest Seen(RequestAttributes request) => new(request, true, 1, default);

    /// <summary>What the granularities mean, request by request.</summary>
    private static bool Covers(RequestAttributes seen, RequestAttributes request, Granularity granularity)
    {
        if (seen.User.Name != request.User.Name || seen.IsResourceRequest != request.IsResourceRequest || seen.Verb != request.Verb)
        {
            return false;
        }

        if (!seen.IsResourceRequest)
        {
            return seen.Path == request.Path;
        }

        var sameScope = granularity == Granularity.Resource || seen.Namespace.Length == 0 || seen.Namespace == request.Namespace;
        var sameType = granularity == Granularity.Group || (seen.Resource == request.Resource && seen.Subresource == request.Subresource);
        var sameName = granularity != Granularity.Name || seen.Name.Length == 0 || seen.Name == request.Name;
        return sameScope && seen.ApiGroup == request.ApiGroup && sameType && sameName;
    }

    private static RequestAttributes Mixed(RequestAttributes one, RequestAttributes other) => one.IsResourceRequest && other.IsResourceRequest
        ? one with { Verb = other.Verb, Namespace = other.Namespace, Name = other.Name }
        : one with { User = other.User };

    public static class SeenSets
    {
        private static readonly Gen<RequestAttributes> _onResource =
            from user in Gen.Elements("ann", "system:serviceaccount:shop:ci", "a/b", "a%b", "*")
            from verb in Gen.Elements("get", "list", "create", "*")
            from resource in Gen.Elements("pods", "secrets", "*")
            from subresource in Gen.Elements("", "", "log")
            from apiGroup in Gen.Elements("", "apps", "*")
            from @namespace in Gen.Elements("", "shop", "test")
            from name in Gen.Elements("", "a", "*")
            select RequestAttributes.ForResource(UserInfo.Of(user, "dev"), verb, resource, apiGroup, @namespace, subresource, name);

        private static readonly Gen<RequestAttributes> _onPath =
            from user in Gen.Elements("ann", "ben")
            from verb in Gen.Elements("get", "post")
            from path in Gen.Elements("/metrics", "/metrics/a", "/metrics*", "/")
            select RequestAttributes.ForPath(UserInfo.Of(user), verb, path);

        public static Arbitrary<RequestAttributes[]> Requests() =>
            Arb.From(PolicyGenerators.Many(Gen.Frequency((4, _onResource), (1, _onPath)), 0, 8), all => all.Select((_, i) => all.Where((_, j) => j != i).ToArray()));
    }
}

using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Generation;

/// <summary>Requests as a fleet's users would make them, each reachable by its number.</summary>
internal sealed class RequestMix(FleetLayout layout, FleetGrants grants, FleetObjects objects)
{
    private static readonly string[] _paths =
        ["/healthz", "/version", "/metrics", "/api", "/apis", "/apis/apps/v1", "/openapi/v3", "/debug/pprof", "/logs"];

    private readonly FleetUsers _users = new(layout);

    public RequestAttributes At(int index)
    {
        var random = layout.Random(FleetStream.Request, index);
        return random.Below(100) switch
        {
            < 28 when layout.Bindings > 0 => Granted(random),
            < 82 => Guess(random, _users.Anybody(random)),
            < 96 => Guess(random, _users.Stranger(random)),
            _ => RequestAttributes.ForPath(
                _users.Anybody(random).User, random.Chance(90) ? "get" : "post", random.Pick<string>(_paths)),
        };
    }

    /// <summary>A request that a binding chosen at random allows.</summary>
    private RequestAttributes Granted(SplitMix64 random)
    {
        var index = random.Below(layout.Bindings);
        var grant = index < layout.ClusterRoleBindings
            ? grants.OfClusterRoleBinding(index)
            : grants.OfRoleBinding(index - layout.ClusterRoleBindings);
        var user = _users.Of(random.Pick(grant.Subjects.AsSpan()), random);
        var rule = random.Pick(objects.RulesOf(grant).AsSpan());
        if (!rule.NonResourceUrls.IsEmpty)
        {
            var url = random.Pick(rule.NonResourceUrls.AsSpan());
            var path = url == RbacNames.All ? random.Pick<string>(_paths) : url.Replace("*", "v1", StringComparison.Ordinal);
            return RequestAttributes.ForPath(user, "get", path);
        }

        var verb = random.Pick(rule.Verbs.AsSpan());
        verb = verb == RbacNames.All ? random.Pick(RuleMix.RequestVerbs) : verb;
        var type = rule.Resources[0] == RbacNames.All
            ? RuleMix.Type(random)
            : (rule.ApiGroups[0], random.Pick(rule.Resources.AsSpan()));
        var name = rule.ResourceNames.IsEmpty ? NameFor(verb, random) : random.Pick(rule.ResourceNames.AsSpan());
        var @namespace = grant.Namespace is { } own
            ? FleetLayout.NamespaceName(own)
            : Namespace(random, random.Below(layout.Namespaces));
        return Resource(user, verb, type, @namespace, name);
    }

    /// <summary>A request on any type, more often than not one that no rule of the user allows.</summary>
    private RequestAttributes Guess(SplitMix64 random, (UserInfo User, int Home) who)
    {
        var verb = random.Pick(RuleMix.RequestVerbs);
        return Resource(who.User, verb, RuleMix.Type(random), Namespace(random, who.Home), NameFor(verb, random));
    }

    private static RequestAttributes Resource(
        UserInfo user, string verb, (string ApiGroup, string Resource) type, string @namespace, string name)
    {
        var slash = type.Resource.IndexOf('/', StringComparison.Ordinal);
        var (resource, subresource) = slash < 0 ? (type.Resource, "") : (type.Resource[..slash], type.Resource[(slash + 1)..]);
        return RequestAttributes.ForResource(user, verb, resource, type.ApiGroup, @namespace, subresource, name);
    }

    private static string NameFor(string verb, SplitMix64 random) =>
        verb is "list" or "watch" or "create" || random.Chance(10) ? "" : RuleMix.Name(random);

    private string Namespace(SplitMix64 random, int home) => random.Below(10) switch
    {
        0 => "",
        < 5 => FleetLayout.NamespaceName(home),
        _ => FleetLayout.NamespaceName(random.Below(layout.Namespaces)),
    };
}

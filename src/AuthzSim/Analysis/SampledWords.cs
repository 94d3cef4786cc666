using System.Collections.Immutable;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>Verbs, types, names and namespaces to ask for: what a rule says, and usual words where it says everything.</summary>
internal sealed class SampledWords
{
    private const int NameCount = 100;

    private static readonly string[] _verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly string[] _paths = ["/healthz", "/livez", "/readyz", "/version", "/metrics", "/api", "/apis", "/openapi/v3", "/logs", "/debug/pprof"];

    private static readonly (string Group, string Resource)[] _types =
    [
        ("", "pods"), ("", "configmaps"), ("", "secrets"), ("", "services"), ("", "serviceaccounts"), ("", "nodes"), ("", "namespaces"),
        ("", "persistentvolumes"), ("apps", "deployments"), ("apps", "statefulsets"), ("batch", "jobs"),
        ("rbac.authorization.k8s.io", "rolebindings"), ("rbac.authorization.k8s.io", "clusterroles"), ("storage.k8s.io", "storageclasses"),
    ];

    private static readonly HashSet<string> _clusterScoped = new(StringComparer.Ordinal)
    {
        "nodes", "namespaces", "persistentvolumes", "clusterroles", "clusterrolebindings", "storageclasses", "customresourcedefinitions",
        "apiservices", "certificatesigningrequests", "csinodes", "csidrivers", "volumeattachments", "ingressclasses", "priorityclasses",
        "runtimeclasses", "mutatingwebhookconfigurations", "validatingwebhookconfigurations", "tokenreviews", "subjectaccessreviews",
        "selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews", "flowschemas", "prioritylevelconfigurations",
    };

    private readonly ImmutableArray<string> _namespaces;

    public SampledWords(PolicySet policy) => _namespaces = policy.NamespaceNames() is { IsEmpty: false } names ? names : ["default"];

    public static string Verb(SplitMix64 random) => random.Pick<string>(_verbs);

    public static string Path(SplitMix64 random) => random.Pick<string>(_paths);

    public string Namespace(SplitMix64 random) => random.Pick(_namespaces.AsSpan());

    /// <summary>A request on a usual type, by nobody yet.</summary>
    public RequestAttributes Anything(SplitMix64 random) =>
        OtherType(RequestAttributes.ForResource(new UserInfo(), Verb(random), "", "", Namespace(random)), random);

    /// <summary>The request for another type, in the scope that type has.</summary>
    public static RequestAttributes OtherType(RequestAttributes request, SplitMix64 random)
    {
        var (group, resource) = random.Pick<(string, string)>(_types);
        return request with { ApiGroup = group, Resource = resource, Subresource = "", Namespace = ScopeOf(resource, request.Namespace) };
    }

    /// <summary>A request for something a rule grants.</summary>
    /// <param name="rule">A rule with verbs, groups and resources.</param>
    /// <param name="random">Where choices come from.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="namespace">The only namespace it is granted in; null when it is granted everywhere.</param>
    public RequestAttributes Asking(PolicyRule rule, SplitMix64 random, UserInfo user, string? @namespace)
    {
        var verb = random.Pick(rule.Verbs.AsSpan());
        verb = verb == RbacNames.All ? Verb(random) : verb;
        var (group, resource, subresource) = Type(rule, random);
        var place = @namespace ?? (random.Chance(10) ? "" : ScopeOf(resource, Namespace(random)));
        var name = !rule.ResourceNames.IsEmpty ? random.Pick(rule.ResourceNames.AsSpan())
            : verb is "list" or "watch" or "create" or "deletecollection" ? ""
            : $"name-{random.Below(NameCount)}";
        return RequestAttributes.ForResource(user, verb, resource, group, place, subresource, name);
    }

    private static (string Group, string Resource, string Subresource) Type(PolicyRule rule, SplitMix64 random)
    {
        var group = random.Pick(rule.ApiGroups.AsSpan());
        var element = random.Pick(rule.Resources.AsSpan());
        if (element == RbacNames.All)
        {
            var fitting = _types.Where(t => group == RbacNames.All || t.Group == group).ToArray();
            var type = random.Pick<(string Group, string Resource)>(fitting.Length > 0 ? fitting : [(group, "widgets")]);
            return (type.Group, type.Resource, "");
        }

        group = group == RbacNames.All ? "" : group;
        var slash = element.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (group, element, "")
            : (group, element[..slash] == RbacNames.All ? "pods" : element[..slash], element[(slash + 1)..]);
    }

    private static string ScopeOf(string resource, string @namespace) => _clusterScoped.Contains(resource) ? "" : @namespace;
}

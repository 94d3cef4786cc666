using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Generation;

/// <summary>The rules that roles of a fleet have, and the types, verbs and names that occur in them.</summary>
internal static class RuleMix
{
    private const int CustomGroups = 20;
    private const int Names = 200;

    private static readonly ImmutableArray<string> _get = ["get"];
    private static readonly ImmutableArray<string> _read = ["get", "list", "watch"];
    private static readonly ImmutableArray<string> _write = ["get", "list", "watch", "create", "update", "patch", "delete"];
    private static readonly ImmutableArray<string> _all = [RbacNames.All];

    private static readonly ImmutableArray<string> _coreGroup = [""];
    private static readonly ImmutableArray<string> _appsGroup = ["apps"];
    private static readonly ImmutableArray<string>[] _customGroups =
        [.. Enumerable.Range(0, CustomGroups).Select(i => ImmutableArray.Create($"crd{i}.example.com"))];

    private static readonly string[] _coreResources =
    [
        "pods", "pods/log", "pods/exec", "services", "endpoints", "configmaps", "secrets", "events", "serviceaccounts",
        "persistentvolumeclaims",
    ];

    private static readonly string[] _appsResources = ["deployments", "deployments/scale", "statefulsets", "daemonsets", "replicasets"];
    private static readonly string[] _customResources = [.. Enumerable.Range(0, 200).Select(i => $"res{i}")];
    private static readonly string[] _names = [.. Enumerable.Range(0, Names).Select(i => $"n{i}")];

    private static readonly PolicyRule[] _urlRules =
    [
        new() { NonResourceUrls = ["/metrics"], Verbs = _get },
        new() { NonResourceUrls = ["/healthz", "/healthz/*", "/livez", "/readyz"], Verbs = _get },
        new() { NonResourceUrls = ["/debug/*"], Verbs = _all },
    ];

    public static ImmutableArray<PolicyRule> ClusterAdmin { get; } =
    [
        new() { ApiGroups = _all, Resources = _all, Verbs = _all },
        new() { NonResourceUrls = _all, Verbs = _all },
    ];

    public static ImmutableArray<PolicyRule> Discovery { get; } =
    [
        new()
        {
            NonResourceUrls =
            [
                "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/",
            ],
            Verbs = _get,
        },
    ];

    /// <summary>The verbs a request may have.</summary>
    public static ReadOnlySpan<string> RequestVerbs => _write.AsSpan();

    public static string Name(SplitMix64 random) => random.Pick<string>(_names);

    /// <summary>An API group and a resource of it, none of them a wildcard.</summary>
    public static (string ApiGroup, string Resource) Type(SplitMix64 random)
    {
        var (groups, resources) = Group(random);
        return (groups[0], random.Pick<string>(resources));
    }

    public static PolicyRule Url(SplitMix64 random) => random.Pick<PolicyRule>(_urlRules);

    public static ImmutableArray<PolicyRule> Rules(SplitMix64 random, int count, bool wildcards)
    {
        var rules = ImmutableArray.CreateBuilder<PolicyRule>(count);
        for (var i = 0; i < count; i++)
        {
            rules.Add(Rule(random, wildcards));
        }

        return rules.MoveToImmutable();
    }

    private static PolicyRule Rule(SplitMix64 random, bool wildcards)
    {
        var verbs = Verbs(random, wildcards);
        if (wildcards && random.Chance(3))
        {
            return new PolicyRule { ApiGroups = _all, Resources = _all, Verbs = verbs };
        }

        var (groups, resources) = Group(random);
        return new PolicyRule
        {
            ApiGroups = groups,
            Resources = Distinct(random, resources, 1 + random.Below(4)),
            Verbs = verbs,
            ResourceNames = random.Chance(8) ? [Name(random)] : [],
        };
    }

    private static ImmutableArray<string> Verbs(SplitMix64 random, bool wildcards) => random.Below(100) switch
    {
        < 34 => _read,
        < 67 => _write,
        < 86 when wildcards => _all,
        _ => _get,
    };

    private static (ImmutableArray<string> Groups, string[] Resources) Group(SplitMix64 random) => random.Below(100) switch
    {
        < 51 => (_coreGroup, _coreResources),
        < 77 => (_appsGroup, _appsResources),
        _ => (random.Pick<ImmutableArray<string>>(_customGroups), _customResources),
    };

    private static ImmutableArray<string> Distinct(SplitMix64 random, string[] from, int count)
    {
        var picked = ImmutableArray.CreateBuilder<string>(count);
        while (picked.Count < count)
        {
            var item = random.Pick<string>(from);
            if (!picked.Contains(item))
            {
                picked.Add(item);
            }
        }

        return picked.MoveToImmutable();
    }
}

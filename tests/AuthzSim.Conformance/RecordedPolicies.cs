using System.Collections.Immutable;
using System.Text.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Conformance;

/// <summary>The cluster roles of bootstrap-policy.json and cluster.json, labels and aggregation included.</summary>
internal static class RecordedPolicies
{
    public static ImmutableArray<ClusterRole> ClusterRoles(string file) =>
    [
        .. Vectors.ReadJson(file).Items("items").Where(i => i.Text("kind") == RbacNames.ClusterRoleKind).Select(ClusterRole),
    ];

    private static ClusterRole ClusterRole(JsonElement e) => new()
    {
        Metadata = new ObjectMeta { Name = e.GetProperty("metadata").Text("name"), Labels = Map(e.GetProperty("metadata"), "labels") },
        Rules = e.Rules("rules"),
        AggregationRule = e.TryGetProperty("aggregationRule", out var aggregation) ? Aggregation(aggregation) : null,
    };

    private static AggregationRule Aggregation(JsonElement e) =>
        new() { ClusterRoleSelectors = [.. e.Items("clusterRoleSelectors").Select(Selector)] };

    private static LabelSelector Selector(JsonElement e) => new()
    {
        MatchLabels = Map(e, "matchLabels"),
        MatchExpressions =
        [
            .. e.Items("matchExpressions").Select(x => new LabelSelectorRequirement
            {
                Key = x.Text("key"),
                Operator = x.Text("operator"),
                Values = x.Strings("values"),
            }),
        ],
    };

    private static ImmutableSortedDictionary<string, string> Map(JsonElement e, string name) =>
        e.TryGetProperty(name, out var map)
            ? ObjectMeta.NoEntries.AddRange(map.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)))
            : ObjectMeta.NoEntries;
}

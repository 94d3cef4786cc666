using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Rbac;

namespace AuthzSim.Conformance;

/// <summary>Whole RBAC objects of the recordings, read and written in the server's shape.</summary>
internal static class VectorObjects
{
    private static readonly ImmutableArray<string> _roleFields = ["apiVersion", "kind", "metadata", "rules", "aggregationRule"];
    private static readonly ImmutableArray<string> _bindingFields = ["apiVersion", "kind", "metadata", "subjects", "roleRef"];

    /// <summary>The cluster the HTTP exchanges were recorded against.</summary>
    public static PolicySet Cluster(JsonElement list)
    {
        var items = list.Items("items").ToLookup(i => i.Text("kind"));
        return new PolicySet
        {
            ClusterRoles = [.. items["ClusterRole"].Select(Object).Cast<ClusterRole>()],
            Roles = [.. items["Role"].Select(Object).Cast<Role>()],
            ClusterRoleBindings = [.. items["ClusterRoleBinding"].Select(Object).Cast<ClusterRoleBinding>()],
            RoleBindings = [.. items["RoleBinding"].Select(Object).Cast<RoleBinding>()],
            Namespaces = [.. items["Namespace"].Select(i => new Namespace(i.GetProperty("metadata").Text("name")))],
        };
    }

    public static RbacObject Object(JsonElement e) => e.Text("kind") switch
    {
        "Role" => new Role { Metadata = Meta(e), Rules = e.Rules("rules") },
        "ClusterRole" => new ClusterRole { Metadata = Meta(e), Rules = e.Rules("rules"), AggregationRule = Aggregation(e) },
        "RoleBinding" => new RoleBinding { Metadata = Meta(e), Subjects = Subjects(e), RoleRef = Ref(e) },
        "ClusterRoleBinding" => new ClusterRoleBinding { Metadata = Meta(e), Subjects = Subjects(e), RoleRef = Ref(e) },
        var kind => throw new InvalidOperationException($"no RBAC kind: {kind}"),
    };

    /// <summary>Top-level fields the kind does not have: the only ones the recordings add.</summary>
    public static IEnumerable<string> UnknownFields(JsonElement e)
    {
        var known = e.Text("kind").EndsWith("Binding", StringComparison.Ordinal) ? _bindingFields : _roleFields;
        return e.EnumerateObject().Select(p => p.Name).Where(name => !known.Contains(name));
    }

    public static JsonNode ToJson(RbacObject o)
    {
        var json = new JsonObject { ["kind"] = o.Kind, ["apiVersion"] = "rbac.authorization.k8s.io/v1", ["metadata"] = MetaJson(o.Metadata) };
        switch (o)
        {
            case RbacRole role:
                json["rules"] = role.Rules.IsEmpty ? null : List(role.Rules, RuleJson);
                if (role is ClusterRole { AggregationRule: { } aggregation })
                {
                    json["aggregationRule"] = new JsonObject
                    {
                        ["clusterRoleSelectors"] = List(aggregation.ClusterRoleSelectors, SelectorJson),
                    };
                }

                break;
            case RbacBinding binding:
                AddList(json, "subjects", binding.Subjects, SubjectJson);
                json["roleRef"] = new JsonObject
                {
                    ["apiGroup"] = binding.RoleRef.ApiGroup,
                    ["kind"] = binding.RoleRef.Kind,
                    ["name"] = binding.RoleRef.Name,
                };
                break;
            default:
                throw new InvalidOperationException(o.Kind);
        }

        return json;
    }

    private static ObjectMeta Meta(JsonElement e)
    {
        var meta = e.GetProperty("metadata");
        return new ObjectMeta
        {
            Name = meta.Text("name"),
            Namespace = meta.Text("namespace"),
            Labels = Map(meta, "labels"),
            Annotations = Map(meta, "annotations"),
        };
    }

    private static AggregationRule? Aggregation(JsonElement e) => e.TryGetProperty("aggregationRule", out var rule)
        ? new AggregationRule { ClusterRoleSelectors = [.. rule.Items("clusterRoleSelectors").Select(Selector)] }
        : null;

    private static LabelSelector Selector(JsonElement e) => new()
    {
        MatchLabels = Map(e, "matchLabels"),
        MatchExpressions =
        [
            .. e.Items("matchExpressions").Select(r => new LabelSelectorRequirement
            {
                Key = r.Text("key"),
                Operator = r.Text("operator"),
                Values = r.Strings("values"),
            }),
        ],
    };

    private static ImmutableArray<Subject> Subjects(JsonElement e) => [.. e.Items("subjects").Select(VectorJson.Subject)];

    private static RoleRef Ref(JsonElement e) => e.TryGetProperty("roleRef", out var roleRef)
        ? new RoleRef { ApiGroup = roleRef.Text("apiGroup"), Kind = roleRef.Text("kind"), Name = roleRef.Text("name") }
        : new RoleRef();

    private static ImmutableSortedDictionary<string, string> Map(JsonElement e, string name) =>
        e.TryGetProperty(name, out var map)
            ? map.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal)
            : ObjectMeta.NoEntries;

    private static JsonObject MetaJson(ObjectMeta meta)
    {
        var json = new JsonObject();
        AddText(json, "name", meta.Name);
        AddText(json, "namespace", meta.Namespace);
        AddMap(json, "labels", meta.Labels);
        AddMap(json, "annotations", meta.Annotations);
        return json;
    }

    private static JsonObject RuleJson(PolicyRule rule)
    {
        var json = new JsonObject { ["verbs"] = List(rule.Verbs, v => JsonValue.Create(v)) };
        AddList(json, "apiGroups", rule.ApiGroups, v => JsonValue.Create(v));
        AddList(json, "resources", rule.Resources, v => JsonValue.Create(v));
        AddList(json, "resourceNames", rule.ResourceNames, v => JsonValue.Create(v));
        AddList(json, "nonResourceURLs", rule.NonResourceUrls, v => JsonValue.Create(v));
        return json;
    }

    private static JsonObject SelectorJson(LabelSelector selector)
    {
        var json = new JsonObject();
        AddMap(json, "matchLabels", selector.MatchLabels);
        AddList(json, "matchExpressions", selector.MatchExpressions, r =>
        {
            var requirement = new JsonObject { ["key"] = r.Key, ["operator"] = r.Operator };
            AddList(requirement, "values", r.Values, v => JsonValue.Create(v));
            return requirement;
        });
        return json;
    }

    private static JsonObject SubjectJson(Subject subject)
    {
        var json = new JsonObject { ["kind"] = subject.Kind };
        AddText(json, "apiGroup", subject.ApiGroup);
        json["name"] = subject.Name;
        AddText(json, "namespace", subject.Namespace);
        return json;
    }

    private static JsonArray List<T>(ImmutableArray<T> items, Func<T, JsonNode> toJson) => [.. items.Select(toJson)];

    private static void AddList<T>(JsonObject json, string name, ImmutableArray<T> items, Func<T, JsonNode> toJson)
    {
        if (!items.IsEmpty)
        {
            json[name] = List(items, toJson);
        }
    }

    private static void AddText(JsonObject json, string name, string value)
    {
        if (value.Length > 0)
        {
            json[name] = value;
        }
    }

    private static void AddMap(JsonObject json, string name, ImmutableSortedDictionary<string, string> map)
    {
        if (map.Count > 0)
        {
            json[name] = new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
        }
    }
}

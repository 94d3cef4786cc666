using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Discovery;
using AuthzSim.Formats.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Server.Discovery;

/// <summary>
/// What the server says it has, path by path: a v1.36 server's documents, with the custom resources of the policy added
/// (upstream: <c>k8s.io/apiserver/pkg/endpoints/discovery</c>).
/// </summary>
internal sealed class DiscoveryDocuments
{
    private const string GroupList = "/apis";
    private readonly Dictionary<string, byte[]> _legacy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _aggregated = new(StringComparer.Ordinal);

    private DiscoveryDocuments()
    {
    }

    /// <summary>The paths of all documents.</summary>
    public IEnumerable<string> Paths => _legacy.Keys;

    /// <summary>The documents of a server with custom resources.</summary>
    /// <param name="definitions">The custom resources.</param>
    /// <param name="version">What <c>/version</c> says of the build.</param>
    public static DiscoveryDocuments Of(IReadOnlyCollection<CustomResourceDefinition> definitions, string version)
    {
        var source = DiscoveryReader.ReadEmbeddedDocuments();
        var known = DiscoveryReader.Kubernetes136;
        var custom = known.WithCustomResources([.. definitions]).Groups
            .SelectMany(g => g.Versions.Where(v => !known.Versions.Any(k => k.Group == v.Group && k.Version == v.Version))).ToList();
        var documents = new DiscoveryDocuments();
        var groups = (JsonArray)source[GroupList]!["groups"]!;
        var aggregated = (JsonArray)source["aggregated:/apis"]!["items"]!;
        foreach (var group in custom.GroupBy(v => v.Group, StringComparer.Ordinal))
        {
            AddGroup(source, groups, aggregated, group.Key, [.. group]);
        }

        ((JsonObject)source["/version"]!)["gitCommit"] = version;
        ((JsonObject)source["/api"]!).Remove("serverAddressByClientCIDRs");
        foreach (var (path, document) in source)
        {
            var (into, key) = path.StartsWith("aggregated:", StringComparison.Ordinal)
                ? (documents._aggregated, path["aggregated:".Length..])
                : (documents._legacy, path);
            if (key.StartsWith('/'))
            {
                into[key] = Encoding.UTF8.GetBytes(document!.ToJsonString());
            }
        }

        return documents;
    }

    /// <summary>The document of a path, or null.</summary>
    /// <param name="path">The path, without a slash at its end.</param>
    /// <param name="isAggregated">True for a client that reads the aggregated form.</param>
    public (byte[] Json, bool IsAggregated)? Find(string path, bool isAggregated) =>
        isAggregated && _aggregated.TryGetValue(path, out var aggregated) ? (aggregated, true)
        : _legacy.TryGetValue(path, out var legacy) ? (legacy, false)
        : null;

    private static void AddGroup(JsonObject source, JsonArray groups, JsonArray aggregated, string name, List<ApiGroupVersion> versions)
    {
        var listed = new JsonArray([.. versions.Select(v => (JsonNode)VersionOf(v))]);
        var own = groups.FirstOrDefault(g => (string?)g!["name"] == name);
        if (own is null)
        {
            own = new JsonObject { ["name"] = name, ["versions"] = listed, ["preferredVersion"] = VersionOf(versions[0]) };
            groups.Add(own);
        }
        else
        {
            var before = (JsonArray)own["versions"]!;
            foreach (var version in versions)
            {
                before.Add((JsonNode)VersionOf(version));
            }
        }

        var document = (JsonObject)own.DeepClone();
        document.Insert(0, "kind", "APIGroup");
        document.Insert(1, "apiVersion", "v1");
        source[$"{GroupList}/{name}"] = document;
        foreach (var version in versions)
        {
            source[$"{GroupList}/{name}/{version.Version}"] = ResourceList(version);
        }

        var aggregatedVersions = versions.Select(AggregatedVersion);
        if (aggregated.FirstOrDefault(g => (string?)g!["metadata"]!["name"] == name) is { } known)
        {
            foreach (var version in aggregatedVersions)
            {
                ((JsonArray)known["versions"]!).Add((JsonNode)version);
            }
        }
        else
        {
            aggregated.Add((JsonNode)new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name },
                ["versions"] = new JsonArray([.. aggregatedVersions]),
            });
        }
    }

    private static JsonObject VersionOf(ApiGroupVersion version) =>
        new() { ["groupVersion"] = $"{version.Group}/{version.Version}", ["version"] = version.Version };

    private static JsonObject ResourceList(ApiGroupVersion version)
    {
        var resources = new JsonArray();
        foreach (var resource in version.Resources)
        {
            var item = new JsonObject
            {
                ["name"] = resource.Name,
                ["singularName"] = resource.SingularName,
                ["namespaced"] = resource.IsNamespaced,
                ["kind"] = resource.Kind,
                ["verbs"] = ListOf(resource.Verbs),
            };
            if (!resource.ShortNames.IsEmpty)
            {
                item["shortNames"] = ListOf(resource.ShortNames);
            }

            resources.Add((JsonNode)item);
            foreach (var subresource in resource.Subresources)
            {
                resources.Add((JsonNode)new JsonObject
                {
                    ["name"] = $"{resource.Name}/{subresource}",
                    ["singularName"] = "",
                    ["namespaced"] = resource.IsNamespaced,
                    ["kind"] = resource.Kind,
                    ["verbs"] = ListOf(["get", "patch", "update"]),
                });
            }
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = $"{version.Group}/{version.Version}",
            ["resources"] = resources,
        };
    }

    private static JsonObject AggregatedVersion(ApiGroupVersion version) => new()
    {
        ["version"] = version.Version,
        ["resources"] = new JsonArray([.. version.Resources.Select(r => (JsonNode)AggregatedResource(r))]),
        ["freshness"] = "Current",
    };

    private static JsonObject AggregatedResource(ApiResource resource)
    {
        var item = new JsonObject
        {
            ["resource"] = resource.Name,
            ["responseKind"] = KindOf(resource),
            ["scope"] = resource.IsNamespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.SingularName,
            ["verbs"] = ListOf(resource.Verbs),
        };
        if (!resource.ShortNames.IsEmpty)
        {
            item["shortNames"] = ListOf(resource.ShortNames);
        }

        if (!resource.Subresources.IsEmpty)
        {
            item["subresources"] = new JsonArray(
            [
                .. resource.Subresources.Select(s => (JsonNode)new JsonObject
                {
                    ["subresource"] = s,
                    ["responseKind"] = KindOf(resource),
                    ["verbs"] = ListOf(["get", "patch", "update"]),
                }),
            ]);
        }

        return item;
    }

    private static JsonObject KindOf(ApiResource resource) =>
        new() { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind };

    private static JsonArray ListOf(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);
}

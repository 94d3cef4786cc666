using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Discovery;

/// <summary>
/// Which resources an API server has: groups in its order (core first), versions per group, resources per version
/// (upstream: what <c>client-go/discovery.ServerGroupsAndResources</c> returns).
/// </summary>
public sealed class ApiDiscovery
{
    /// <summary>A server without any API.</summary>
    public static ApiDiscovery Empty { get; } = new([]);

    /// <summary>Makes a discovery.</summary>
    /// <param name="groups">The groups in the server's order.</param>
    public ApiDiscovery(ImmutableArray<ApiGroup> groups) => Groups = groups.IsDefault ? [] : groups;

    /// <summary>The groups in the server's order.</summary>
    public ImmutableArray<ApiGroup> Groups { get; }

    /// <summary>All versions of all groups in the server's order.</summary>
    public IEnumerable<ApiGroupVersion> Versions => Groups.SelectMany(g => g.Versions);

    /// <summary>All resources of all versions in the server's order.</summary>
    public IEnumerable<ApiResource> Resources => Versions.SelectMany(v => v.Resources);

    /// <summary>The resource of exactly this group, version and plural name, or null.</summary>
    /// <param name="resource">The resource.</param>
    public ApiResource? Find(GroupVersionResource resource) => Versions
        .FirstOrDefault(v => v.Group == resource.Group && v.Version == resource.Version)?
        .Resources.FirstOrDefault(r => r.Name == resource.Resource);

    /// <summary>
    /// This server with custom resources added, as the aggregator orders them (<c>kube-aggregator/pkg/apiserver</c>): new
    /// groups by name after all that are there, versions by stability and age, resources by name. A version the server has
    /// already stays the server's own.
    /// </summary>
    /// <param name="definitions">The custom resources.</param>
    public ApiDiscovery WithCustomResources(ImmutableArray<CustomResourceDefinition> definitions)
    {
        if (definitions.IsDefaultOrEmpty)
        {
            return this;
        }

        var groups = Groups.ToList();
        var added = definitions.GroupBy(d => d.Group, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var custom in added)
        {
            var index = groups.FindIndex(g => g.Name == custom.Key);
            var known = index < 0 ? [] : groups[index].Versions;
            var versions = custom.SelectMany(d => d.ServedVersions)
                .Distinct(StringComparer.Ordinal)
                .Where(v => !known.Any(k => k.Version == v))
                .Order(KubeVersionComparer.NewestFirst)
                .Select(v => new ApiGroupVersion(custom.Key, v, ResourcesOf(custom, v)));
            var group = new ApiGroup(custom.Key, [.. known, .. versions]);
            if (index < 0)
            {
                groups.Add(group);
            }
            else
            {
                groups[index] = group;
            }
        }

        return new ApiDiscovery([.. groups]);
    }

    private static ImmutableArray<ApiResource> ResourcesOf(IEnumerable<CustomResourceDefinition> definitions, string version) =>
    [
        .. definitions.Where(d => d.ServedVersions.Contains(version))
            .OrderBy(d => d.Plural, StringComparer.Ordinal)
            .Select(d => new ApiResource
            {
                Group = d.Group,
                Version = version,
                Name = d.Plural,
                SingularName = d.Singular,
                Kind = d.Kind,
                IsNamespaced = d.IsNamespaced,
                ShortNames = d.ShortNames,
                Verbs = _customVerbs,
                Subresources = d.Subresources,
            }),
    ];

    private static readonly ImmutableArray<string> _customVerbs =
        ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
}

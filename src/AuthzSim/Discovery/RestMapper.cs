using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Discovery;

/// <summary>
/// From the words people type to resources: the discovery mapper behind the shortcut expander (upstream:
/// <c>client-go/restmapper/{shortcut,discovery}.go</c>, <c>apimachinery/pkg/api/meta/{restmapper,multirestmapper,priority}.go</c>).
/// </summary>
public sealed class RestMapper
{
    private const string AnyVersion = "*";
    private readonly ImmutableArray<VersionMapper> _mappers;
    private readonly ImmutableArray<(string Group, string Version)> _priority;

    /// <summary>Makes a mapper.</summary>
    /// <param name="discovery">The resources there are.</param>
    public RestMapper(ApiDiscovery discovery)
    {
        ArgumentNullException.ThrowIfNull(discovery);
        Discovery = discovery;
        _mappers = [.. discovery.Versions.Select(v => new VersionMapper(v))];
        _priority =
        [
            ("", "v1"),
            .. discovery.Versions.Select(v => (v.Group, v.Version)),
            .. discovery.Groups.Select(g => (g.Name, AnyVersion)),
        ];
    }

    /// <summary>The resources there are.</summary>
    public ApiDiscovery Discovery { get; }

    /// <summary>
    /// The one resource a plural name, singular name or short name means, case aside; null when there is none or when it
    /// stays ambiguous.
    /// </summary>
    /// <param name="partial">The resource, with group and version where given; a group may be the start of one.</param>
    /// <param name="warn">Told when a short name fits several resources, in upstream's words.</param>
    public GroupVersionResource? ResourceFor(GroupVersionResource partial, Action<string>? warn = null)
    {
        var expanded = ExpandShortcut(partial, warn);
        var wanted = expanded with { Resource = expanded.Resource.ToLowerInvariant() };
        if (wanted.Resource.Length == 0)
        {
            return null;
        }

        List<GroupVersionResource> candidates = [.. _mappers.SelectMany(m => m.ResourcesFor(wanted)).Distinct()];
        if (candidates.Count <= 1)
        {
            return candidates.Count == 1 ? candidates[0] : null;
        }

        foreach (var (group, version) in _priority)
        {
            var matched = candidates.FindAll(c => c.Group == group && (version == AnyVersion || c.Version == version));
            if (matched.Count == 1)
            {
                return matched[0];
            }

            candidates = matched.Count > 0 ? matched : candidates;
        }

        return null;
    }

    /// <summary>A short name as its resource; any other word unchanged.</summary>
    private GroupVersionResource ExpandShortcut(GroupVersionResource asked, Action<string>? warn)
    {
        if (Discovery.Resources.Any(r => InGroup(r, asked) && (r.Name == asked.Resource || r.SingularName == asked.Resource)))
        {
            return asked;
        }

        List<ApiResource> shortcuts = [.. Discovery.Resources.Where(r => r.ShortNames.Contains(asked.Resource))];
        if (shortcuts.Find(r => InGroup(r, asked)) is { } found)
        {
            var others = shortcuts.Where(r => InGroup(r, asked)).Select(r => (r.Group, r.Name)).Distinct();
            foreach (var (group, name) in others.Where(o => o != (found.Group, found.Name)))
            {
                var text = group.Length == 0 ? name : $"{name}.{group}";
                warn?.Invoke($"short name {GoText.Quote(asked.Resource)} could also match lower priority resource {text}");
            }

            return new GroupVersionResource(found.Group, "", found.Name);
        }

        return asked.Group.Length > 0
            && shortcuts.Find(r => r.Group.StartsWith(asked.Group, StringComparison.Ordinal)) is { } similar
            ? asked with { Group = similar.Group, Resource = similar.Name }
            : asked;
    }

    private static bool InGroup(ApiResource resource, GroupVersionResource asked) =>
        asked.Group.Length == 0 || resource.Group == asked.Group;

    /// <summary>The names of one group and version (upstream: <c>meta.DefaultRESTMapper</c>).</summary>
    private sealed class VersionMapper
    {
        private readonly ApiGroupVersion _version;
        private readonly ImmutableArray<(string Plural, string Singular)> _names;

        public VersionMapper(ApiGroupVersion version)
        {
            _version = version;
            var names = version.Resources
                .Where(r => !r.Name.Contains('/', StringComparison.Ordinal))
                .SelectMany<ApiResource, (string, string)>(r =>
                [
                    (r.Name, r.SingularName.Length > 0 ? r.SingularName : r.Kind.ToLowerInvariant()),
                    ListNames(r.Kind),
                ]);

            // Upstream registers list kinds as if they were resources, so these words resolve although no server has them.
            _names = [.. names.Append(ListNames("")).DistinctBy(n => n.Item1)];
        }

        public IEnumerable<GroupVersionResource> ResourcesFor(GroupVersionResource wanted)
        {
            var isGroup = wanted.Group == _version.Group;
            var fits = wanted.Version.Length > 0
                ? wanted.Version == _version.Version && (wanted.Group.Length == 0 || isGroup)
                : _version.Group.StartsWith(wanted.Group, StringComparison.Ordinal);
            return fits
                ? _names.Where(n => n.Plural == wanted.Resource || n.Singular == wanted.Resource)
                    .Select(n => new GroupVersionResource(_version.Group, _version.Version, n.Plural))
                : [];
        }

        private static (string Plural, string Singular) ListNames(string kind)
        {
            var singular = kind.ToLowerInvariant() + "list";
            return (singular + "s", singular);
        }
    }
}

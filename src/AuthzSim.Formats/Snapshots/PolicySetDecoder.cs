using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Snapshots;

/// <summary>A snapshot as the objects it was made of.</summary>
internal sealed class PolicySetDecoder(SnapshotContent content)
{
    /// <exception cref="InvalidDataException">The tables contradict each other.</exception>
    public static PolicySet Decode(SnapshotContent content)
    {
        var decoder = new PolicySetDecoder(content);
        var (clusterRoles, roles) = decoder.ReadRoles();
        var (clusterBindings, bindings) = new BindingDecoder(content).ReadBindings();
        return new PolicySet
        {
            ClusterRoles = clusterRoles,
            Roles = roles,
            ClusterRoleBindings = clusterBindings,
            RoleBindings = bindings,
            Namespaces = decoder.ReadNamespaces(),
            ServiceAccounts = decoder.ReadServiceAccounts(),
            CustomResourceDefinitions = ReadCustomResourceDefinitions(content),
        };
    }

    public static ImmutableArray<CustomResourceDefinition> ReadCustomResourceDefinitions(SnapshotContent content)
    {
        const SnapshotTable Table = SnapshotTable.CustomResourceDefinitions;
        var (groups, plurals) = (content.TextsOf(Table, 0), content.TextsOf(Table, 1));
        var (singulars, kinds, shortNames) = (content.TextsOf(Table, 2), content.TextsOf(Table, 3), content.ListsOf(Table, 4));
        var namespaced = content[Table].Ids(5, 2);
        var (versions, subresources, locations) = (content.ListsOf(Table, 6), content.ListsOf(Table, 7), content.LocationsOf(Table, 8));
        return
        [
            .. Enumerable.Range(0, groups.Length).Select(i => new CustomResourceDefinition
            {
                Group = groups[i],
                Plural = plurals[i],
                Singular = singulars[i],
                Kind = kinds[i],
                ShortNames = shortNames[i],
                IsNamespaced = namespaced[i] == 1,
                ServedVersions = versions[i],
                Subresources = subresources[i],
                Location = locations[i],
            }),
        ];
    }

    private (ImmutableArray<ClusterRole> Cluster, ImmutableArray<Role> Namespaced) ReadRoles()
    {
        var roles = new StoredRoles(content);
        var (cluster, namespaced) = (new ClusterRole[content[SnapshotTable.ClusterRoles].Count], new Role[content[SnapshotTable.Roles].Count]);
        for (var i = 0; i < roles.Count; i++)
        {
            if (!roles.IsSound(i))
            {
                throw new InvalidDataException("a record is damaged");
            }

            var role = roles[i].ToRole(content.Vocabulary, content.Paths);
            if (role is ClusterRole clusterRole)
            {
                cluster[i] = clusterRole;
            }
            else
            {
                namespaced[i - cluster.Length] = (Role)role;
            }
        }

        return (ImmutableCollectionsMarshal.AsImmutableArray(cluster), ImmutableCollectionsMarshal.AsImmutableArray(namespaced));
    }

    private ImmutableArray<Namespace> ReadNamespaces()
    {
        const SnapshotTable Table = SnapshotTable.Namespaces;
        var (names, terminating, locations) = (content.TextsOf(Table, 0), content[Table].Ids(1, 2), content.LocationsOf(Table, 2));
        return [.. names.Select((name, i) => new Namespace(name, locations[i]) { IsTerminating = terminating[i] == 1 })];
    }

    private ImmutableArray<ServiceAccount> ReadServiceAccounts()
    {
        const SnapshotTable Table = SnapshotTable.ServiceAccounts;
        var (namespaces, names, locations) = (content.TextsOf(Table, 0), content.TextsOf(Table, 1), content.LocationsOf(Table, 2));
        return [.. names.Select((name, i) => new ServiceAccount(namespaces[i], name, locations[i]))];
    }
}

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
        var roles = new RoleDecoder(content);
        var (clusterBindings, bindings) = decoder.ReadBindings();
        return new PolicySet
        {
            ClusterRoles = ImmutableCollectionsMarshal.AsImmutableArray(roles.ReadClusterRoles()),
            Roles = ImmutableCollectionsMarshal.AsImmutableArray(roles.ReadRoles()),
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

    private (ImmutableArray<ClusterRoleBinding> Cluster, ImmutableArray<RoleBinding> Namespaced) ReadBindings()
    {
        var subjects = ReadSubjectsOfBindings();
        var roleRefs = content.ReadRoleRefs();
        var columns = new BindingColumns(content);
        var clusterNames = content.ClusterRoleBindingNames.ToStrings();
        var clusterLocations = content.LocationsOf(SnapshotTable.ClusterRoleBindings, BindingColumns.Location);
        var cluster = new ClusterRoleBinding[clusterNames.Length];
        for (var i = 0; i < cluster.Length; i++)
        {
            cluster[i] = new ClusterRoleBinding
            {
                Metadata = content.Metadata(content.Texts[columns.Cluster.Namespaces[i]], clusterNames[i], columns.Cluster.Extras[i]),
                RoleRef = roleRefs[columns.Cluster.RoleRefs[i]],
                Subjects = ImmutableArray.Create(subjects.AsSpan(columns.SubjectsOf(i))),
                Location = clusterLocations[i],
            };
        }

        var names = content.RoleBindingNames.ToStrings();
        var locations = content.LocationsOf(SnapshotTable.RoleBindings, BindingColumns.Location);
        var namespaced = new RoleBinding[names.Length];
        for (var i = 0; i < namespaced.Length; i++)
        {
            namespaced[i] = new RoleBinding
            {
                Metadata = content.Metadata(content.Texts[columns.Namespaced.Namespaces[i]], names[i], columns.Namespaced.Extras[i]),
                RoleRef = roleRefs[columns.Namespaced.RoleRefs[i]],
                Subjects = ImmutableArray.Create(subjects.AsSpan(columns.SubjectsOf(cluster.Length + i))),
                Location = locations[i],
            };
        }

        return (ImmutableCollectionsMarshal.AsImmutableArray(cluster), ImmutableCollectionsMarshal.AsImmutableArray(namespaced));
    }

    private Subject[] ReadSubjectsOfBindings()
    {
        var distinct = ReadSubjects();
        const SnapshotTable Table = SnapshotTable.SubjectsOfBindings;
        var (ids, locations) = (content[Table].Ids(0, distinct.Length), content.LocationsOf(Table, 1));
        var subjects = new Subject[ids.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            var subject = distinct[ids[i]];
            subjects[i] = locations[i] == default ? subject : subject with { Location = locations[i] };
        }

        return subjects;
    }

    private Subject[] ReadSubjects()
    {
        var (kinds, groups) = (content.TextsOf(SnapshotTable.Shapes, 0), content.TextsOf(SnapshotTable.Shapes, 1));
        var namespaces = content.TextsOf(SnapshotTable.Shapes, 2);
        var (shapes, names) = (content[SnapshotTable.Subjects].Ids(0, kinds.Length), content.TextsOf(SnapshotTable.Subjects, 1));
        var subjects = new Subject[shapes.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            var shape = shapes[i];
            subjects[i] = new Subject { Kind = kinds[shape], ApiGroup = groups[shape], Namespace = namespaces[shape], Name = names[i] };
        }

        return subjects;
    }
}

using System.Collections.Immutable;
using AuthzSim.Formats.Tests.Laws;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Formats.Tests.Snapshots;

/// <summary>Policies with everything a snapshot must keep: odd texts, halves of surrogate pairs, locations, owners, all kinds.</summary>
public static class SnapshotPolicies
{
    private static Gen<string> Text { get; } = Gen.Elements("", "a", "b", "é", "😀", "\ud83d", "\ude00", "ns", "rbac.authorization.k8s.io");

    private static Gen<ImmutableArray<string>> Texts { get; } = Few(Text);

    private static Gen<SourceLocation> Location { get; } =
        from path in Gen.Elements(null, "a.yaml", "b.yaml")
        from line in Gen.Elements(0, 1, 300, 70_000, -1, int.MaxValue, int.MinValue)
        from column in Gen.Choose(0, 3)
        select new SourceLocation(path, line, column);

    private static Gen<OwnerReference> Owner { get; } =
        from t in Gen.ArrayOf(Text, 4)
        from flags in Gen.ArrayOf(Gen.Elements<bool?>(null, false, true), 2)
        select new OwnerReference { ApiVersion = t[0], Kind = t[1], Name = t[2], Uid = t[3], Controller = flags[0], BlockOwnerDeletion = flags[1] };

    private static Gen<RbacObject> Object { get; } =
        from @object in OddObjects.Any
        from location in Location
        from owners in Few(Owner)
        from created in Text
        from isPlain in Gen.Elements(true, false)
        select Placed(@object, location) with
        {
            Location = location,
            Metadata = isPlain
                ? new ObjectMeta { Name = @object.Metadata.Name, Namespace = @object.Metadata.Namespace }
                : @object.Metadata with { OwnerReferences = owners, CreationTimestamp = created },
        };

    private static Gen<Namespace> Namespace { get; } =
        from name in Text
        from location in Location
        from terminating in Gen.Elements(true, false)
        select new Namespace(name, location) { IsTerminating = terminating };

    private static Gen<ServiceAccount> ServiceAccount { get; } =
        from t in Gen.ArrayOf(Text, 2)
        from location in Location
        select new ServiceAccount(t[0], t[1], location);

    private static Gen<CustomResourceDefinition> Definition { get; } =
        from t in Gen.ArrayOf(Text, 4)
        from l in Gen.ArrayOf(Texts, 3)
        from location in Location
        from namespaced in Gen.Elements(true, false)
        select new CustomResourceDefinition
        {
            Group = t[0],
            Plural = t[1],
            Singular = t[2],
            Kind = t[3],
            ShortNames = l[0],
            ServedVersions = l[1],
            Subresources = l[2],
            IsNamespaced = namespaced,
            Location = location,
        };

    public static Gen<PolicySet> Any { get; } =
        from objects in Gen.Choose(0, 8).SelectMany(n => Gen.ArrayOf(Object, n))
        from namespaces in Few(Namespace)
        from accounts in Few(ServiceAccount)
        from definitions in Few(Definition)
        select new PolicySet
        {
            ClusterRoles = [.. objects.OfType<ClusterRole>()],
            Roles = [.. objects.OfType<Role>()],
            ClusterRoleBindings = [.. objects.OfType<ClusterRoleBinding>()],
            RoleBindings = [.. objects.OfType<RoleBinding>()],
            Namespaces = namespaces,
            ServiceAccounts = accounts,
            CustomResourceDefinitions = definitions,
        };

    public static Arbitrary<PolicySet> Policies() => Arb.From(Any);

    /// <summary>Everything a policy says, locations included, which equality of objects leaves out.</summary>
    public static void AssertSame(PolicySet expected, PolicySet actual)
    {
        Assert.Equal(expected.Objects, actual.Objects);
        Assert.Equal(LocationsOf(expected), LocationsOf(actual));
        Assert.Equal(expected.Namespaces.AsEnumerable(), actual.Namespaces);
        Assert.Equal(expected.ServiceAccounts.AsEnumerable(), actual.ServiceAccounts);
        Assert.Equal(expected.CustomResourceDefinitions.Length, actual.CustomResourceDefinitions.Length);
        foreach (var (a, b) in expected.CustomResourceDefinitions.Zip(actual.CustomResourceDefinitions))
        {
            Assert.Equal((a.Group, a.Plural, a.Singular, a.Kind, a.IsNamespaced, a.Location), (b.Group, b.Plural, b.Singular, b.Kind, b.IsNamespaced, b.Location));
            Assert.Equal(a.ShortNames.AsEnumerable(), b.ShortNames);
            Assert.Equal(a.ServedVersions.AsEnumerable(), b.ServedVersions);
            Assert.Equal(a.Subresources.AsEnumerable(), b.Subresources);
        }
    }

    private static IEnumerable<SourceLocation> LocationsOf(PolicySet policy) =>
    [
        .. policy.Objects.Select(o => o.Location),
        .. policy.Objects.OfType<RbacRole>().SelectMany(r => r.Rules).Select(r => r.Location),
        .. policy.Objects.OfType<RbacBinding>().SelectMany(b => b.Subjects).Select(s => s.Location),
    ];

    private static RbacObject Placed(RbacObject @object, SourceLocation location) => @object switch
    {
        RbacRole role => role with { Rules = [.. role.Rules.Select((r, i) => i % 2 == 0 ? r : r with { Location = location })] },
        RbacBinding binding => binding with { Subjects = [.. binding.Subjects.Select((s, i) => i % 2 == 0 ? s with { Location = location } : s)] },
        _ => @object,
    };

    private static Gen<ImmutableArray<T>> Few<T>(Gen<T> gen) => Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(gen, n)).Select(a => a.ToImmutableArray());
}

using AuthzSim.Generation;
using AuthzSim.Rbac;
using FsCheck;
using FsCheck.Xunit;

namespace AuthzSim.Tests.Generation;

public sealed class FleetGeneratorTests
{
    [Theory]
    [InlineData("small", 1_504, 196, 127, 219)]
    [InlineData("mid", 1_851, 171, 525, 191)]
    [InlineData("big", 4_491, 676, 1_374, 721)]
    [InlineData("wide", 0, 100_000, 0, 10_000)]
    public void A_profile_has_exactly_its_counts(string name, int roleBindings, int clusterRoleBindings, int roles, int clusterRoles)
    {
        var generator = new FleetGenerator(FleetOptions.Named(name));
        var policy = generator.ToPolicySet();
        Assert.Equal(
            (roleBindings, clusterRoleBindings, roles, clusterRoles),
            (policy.RoleBindings.Length, policy.ClusterRoleBindings.Length, policy.Roles.Length, policy.ClusterRoles.Length));
        Assert.Equal(policy.Count, generator.Count);
        AssertEveryReferenceResolves(policy);
    }

    [Fact]
    public void Every_profile_has_a_name_that_is_known() =>
        Assert.All(FleetOptions.Names, name => Assert.NotNull(FleetOptions.Named(name)));

    [Fact]
    public void An_unknown_profile_is_refused_with_the_names_known() =>
        Assert.Contains("small, mid, big, wide", Assert.Throws<ArgumentException>(() => FleetOptions.Named("huge")).Message, StringComparison.Ordinal);

    [Fact]
    public void Wide_has_each_user_in_one_binding_and_eleven_rules_a_role()
    {
        var policy = new FleetGenerator(FleetOptions.Named("wide")).ToPolicySet();
        Assert.Equal(110_000, policy.ClusterRoles.Sum(r => r.Rules.Length));
        var users = policy.ClusterRoleBindings.Select(b => Assert.Single(b.Subjects).Name).ToHashSet();
        Assert.Equal(100_000, users.Count);
        Assert.Equal(10_000, policy.ClusterRoleBindings.Select(b => b.RoleRef.Name).Distinct().Count());
        Assert.Equal(100_000, new RuleResolver(policy).BindingsFor("team-0-dev").Count());
    }

    [Fact]
    public void The_first_fleet_never_changes()
    {
        var generator = new FleetGenerator(new FleetOptions { Bindings = 10_000, Seed = 1 });
        Assert.Equal("baafdf96f015682f", FleetText.Hash(generator.Objects().Take(1_200).Select(FleetText.Line)));
        Assert.Equal("3b791e112a6b204c", FleetText.Hash(generator.Objects().Skip(1_000).Take(1_000).Select(FleetText.Line)));
        Assert.Equal("dd7ea33c6e1dd755", FleetText.Hash(generator.Requests(1_000).Select(FleetText.Line)));
    }

    [Property(MaxTest = 50)]
    public void Equal_options_make_equal_fleets_and_other_seeds_others(ulong seed, PositiveInt bindings)
    {
        var options = new FleetOptions { Bindings = bindings.Get * 20, Seed = seed };
        var generator = new FleetGenerator(options);
        var twin = new FleetGenerator(options with { });
        var other = new FleetGenerator(options with { Seed = seed + 1 });
        Assert.Equal(generator.Objects(), twin.Objects());
        Assert.Equal(generator.Objects(), generator.ToPolicySet().Objects);
        Assert.Equal(generator.Requests(50).Select(FleetText.Line), twin.Requests(100).Take(50).Select(FleetText.Line));
        Assert.NotEqual(generator.Objects(), other.Objects());
        Assert.NotEqual(generator.Requests(50).Select(FleetText.Line), other.Requests(50).Select(FleetText.Line));
    }

    [Property(MaxTest = 200)]
    public void Counts_asked_for_are_counts_made(NonNegativeInt bindings, bool wide, PositiveInt users, PositiveInt namespaces, NonNegativeInt roles)
    {
        var options = new FleetOptions
        {
            Bindings = bindings.Get,
            Shape = wide ? FleetShape.Wide : FleetShape.Teams,
            Users = users.Get,
            Namespaces = namespaces.Get,
            Roles = wide ? null : roles.Get,
            ClusterRoleBindings = wide ? null : bindings.Get / 3,
            ClusterRoles = 3,
        };
        var generator = new FleetGenerator(options);
        var policy = generator.ToPolicySet();
        Assert.Equal(generator.Objects(), policy.Objects);
        Assert.Equal(bindings.Get, policy.ClusterRoleBindings.Length + policy.RoleBindings.Length);
        Assert.Equal(wide ? bindings.Get : bindings.Get / 3, policy.ClusterRoleBindings.Length);
        Assert.Equal((wide ? 0 : roles.Get, 3), (policy.Roles.Length, policy.ClusterRoles.Length));
        Assert.True(policy.NamespaceNames().Length <= namespaces.Get);
        AssertEveryReferenceResolves(policy);
        AssertNamesAreUnique(policy);
        Assert.All(policy.Objects, FleetValidity.AssertValid);
        Assert.Equal(30, generator.Requests(30).Count());
    }

    [Theory]
    [InlineData("small")]
    [InlineData("mid")]
    [InlineData("big")]
    public void Every_object_of_a_profile_is_valid(string name)
    {
        var policy = new FleetGenerator(FleetOptions.Named(name)).ToPolicySet();
        AssertNamesAreUnique(policy);
        Assert.All(policy.Objects, FleetValidity.AssertValid);
    }

    [Fact]
    public void Counts_that_make_no_fleet_are_refused()
    {
        FleetOptions[] refused =
        [
            new() { Bindings = -1 },
            new() { Users = 0 },
            new() { Namespaces = 0 },
            new() { Roles = -1 },
            new() { ClusterRoles = 2 },
            new() { Bindings = 10, ClusterRoleBindings = 11 },
            new() { ClusterRoleBindings = -1 },
            new() { Bindings = int.MaxValue },
            new() { Shape = FleetShape.Wide, Roles = 1 },
            new() { Shape = FleetShape.Wide, ClusterRoleBindings = 1 },
            new() { Shape = FleetShape.Wide, ClusterRoles = 0 },
        ];
        Assert.All(refused, options => Assert.Throws<ArgumentOutOfRangeException>(() => new FleetGenerator(options)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FleetGenerator(new FleetOptions()).Requests(-1));
    }

    [Fact]
    public void The_first_object_of_a_million_comes_without_the_rest()
    {
        var generator = new FleetGenerator(new FleetOptions { Bindings = 1_000_000 });
        _ = generator.Objects().First();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("view-0", generator.Objects().First().Metadata.Name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 20_000);
    }

    [Fact]
    public void Objects_passed_are_not_kept()
    {
        using var objects = new FleetGenerator(new FleetOptions { Bindings = 2_000 }).Objects().GetEnumerator();
        var passed = Passed(objects, 1_500);
        GC.Collect();
        Assert.True(objects.MoveNext());
        Assert.InRange(passed.Count(p => p.TryGetTarget(out _)), 0, 10);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static List<WeakReference<RbacObject>> Passed(IEnumerator<RbacObject> objects, int count)
    {
        var passed = new List<WeakReference<RbacObject>>();
        while (passed.Count < count && objects.MoveNext())
        {
            passed.Add(new WeakReference<RbacObject>(objects.Current));
        }

        Assert.Equal(count, passed.Count);
        return passed;
    }

    private static void AssertEveryReferenceResolves(PolicySet policy)
    {
        var resolver = new RuleResolver(policy);
        Assert.All(policy.ClusterRoleBindings, b => Assert.NotNull(resolver.RoleOf(b)));
        Assert.All(policy.RoleBindings, b => Assert.NotNull(resolver.RoleOf(b)));
    }

    private static void AssertNamesAreUnique(PolicySet policy) =>
        Assert.Distinct(policy.Objects.Select(o => (o.Kind, o.Metadata.Namespace, o.Metadata.Name)));
}

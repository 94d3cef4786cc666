using AuthzSim.Compiled;
using AuthzSim.Formats;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Server.State;
using FsCheck.Xunit;

namespace AuthzSim.Server.Tests.State;

/// <summary>What a store keeps, and what it makes of changed files.</summary>
public sealed class ClusterStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authzsim-store-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Property(MaxTest = 5)]
    public void A_policy_compiled_by_steps_decides_as_one_compiled_anew(uint seed)
    {
        var random = new Dice(seed);
        using var store = new ClusterStore(DefaultPolicy.Kubernetes136, TimeProvider.System);
        for (var i = 0; i < 300; i++)
        {
            store.Write(transaction => Change(transaction, random));
        }

        var anew = CompiledPolicy.Compile(ClusterRoleAggregation.Apply(store.State.ToPolicySet()));
        for (var i = 0; i < 2000; i++)
        {
            var request = RequestAttributes.ForResource(
                UserInfo.Of($"u{random.Next(5)}"), random.Next(2) == 0 ? "get" : "list", $"r{random.Next(5)}", "", random.Next(2) == 0 ? "" : "default");
            Assert.Equal(anew.Check(request).Decision, store.Policy.Check(request).Decision);
        }
    }

    [Property(MaxTest = 3)]
    public void What_was_written_is_there_after_a_restart(uint seed)
    {
        var random = new Dice(seed);
        List<StoredObject> before;
        var folder = Path.Combine(_folder.FullName, $"{seed}-{Guid.NewGuid()}");
        using (var store = Open(DefaultPolicy.Kubernetes136, folder))
        {
            for (var i = 0; i < 100; i++)
            {
                store.Write(transaction => Change(transaction, random));
            }

            before = All(store);
        }

        using var again = Open(DefaultPolicy.Kubernetes136, folder);

        Assert.Equal(before.Select(Text), All(again).Select(Text));
    }

    [Fact]
    public void Files_say_only_what_has_changed()
    {
        var files = new PolicySet { ClusterRoles = [Role("same"), Role("changed"), Role("gone")] };
        using (var store = Open(files))
        {
            store.Write(t => t.Put(t.Find(ServedResource.ClusterRoles, "", "same")! with { Rbac = Role("same", "over-the-api") }));
            store.Write(t => t.Put(StoredObject.Of(Role("made-over-the-api"), 1)));
        }

        var changed = new PolicySet { ClusterRoles = [Role("same"), Role("changed", "list"), Role("new")] };
        using (var store = Open(changed))
        {
            Assert.Equal("over-the-api", VerbOf(store, "same"));
            Assert.Equal("list", VerbOf(store, "changed"));
            Assert.Equal("get", VerbOf(store, "new"));
            Assert.Null(VerbOf(store, "gone"));
            Assert.Equal("get", VerbOf(store, "made-over-the-api"));

            var version = store.State.Version;
            store.Replace(files);
            Assert.Equal("over-the-api", VerbOf(store, "same"));
            Assert.Equal("get", VerbOf(store, "changed"));
            Assert.Equal("get", VerbOf(store, "gone"));
            Assert.Null(VerbOf(store, "new"));
            Assert.Equal(3, store.Log.ReadAfter(version, out _, out _)!.Count);
        }

        using var last = Open(files);
        Assert.Equal("get", VerbOf(last, "changed"));
        Assert.Equal("get", VerbOf(last, "gone"));
    }

    [Fact]
    public void Missing_defaults_come_back_at_a_start_unless_they_are_opted_out()
    {
        var files = DefaultPolicy.Kubernetes136;
        using (var store = Open(files))
        {
            store.Write(t => t.Delete(t.Find(ServedResource.ClusterRoles, "", "system:basic-user")!));
            store.Write(t =>
            {
                var view = t.Find(ServedResource.ClusterRoles, "", "system:discovery")!;
                var meta = view.Meta with { Annotations = view.Meta.Annotations.SetItem("rbac.authorization.kubernetes.io/autoupdate", "false") };
                return t.Put(view with { Rbac = (ClusterRole)view.Rbac! with { Metadata = meta, Rules = [] } });
            });
        }

        using var again = Open(files);
        Assert.NotNull(again.State.Find(ServedResource.ClusterRoles, "", "system:basic-user"));
        Assert.Empty(((ClusterRole)again.State.Find(ServedResource.ClusterRoles, "", "system:discovery")!.Rbac!).Rules);
    }

    [Fact]
    public void A_full_disk_refuses_the_change_and_nothing_else()
    {
        using var storage = SqliteStorage.Open(_folder.FullName);
        using var store = new ClusterStore(PolicySet.Empty, TimeProvider.System, storage);
        storage.Execute("PRAGMA max_page_count = 1");
        var (version, before) = (store.State.Version, All(store).Count);

        var written = 0;
        StorageException? failure = null;
        for (var i = 0; i < 1000 && failure is null; i++)
        {
            try
            {
                store.Write(t => t.Put(StoredObject.Of(Role($"role-{i}", new string('x', 4000)), 1)));
                written++;
            }
            catch (StorageException e)
            {
                failure = e;
            }
        }

        Assert.Contains("full", failure!.Message, StringComparison.Ordinal);
        Assert.Equal((version + written, before + written), (store.State.Version, All(store).Count));
        storage.Execute("PRAGMA max_page_count = 1000000");
        store.Write(t => t.Put(StoredObject.Of(Role("after"), 1)));
        Assert.Equal("get", VerbOf(store, "after"));
    }

    [Fact]
    public void A_folder_belongs_to_one_server()
    {
        using var store = Open(PolicySet.Empty);

        Assert.Throws<StorageException>(() => SqliteStorage.Open(_folder.FullName));
    }

    [Fact]
    public void A_log_gives_states_and_changes_as_far_back_as_it_goes()
    {
        using var store = new ClusterStore(PolicySet.Empty, TimeProvider.System, reconciles: false, history: 4);
        var start = store.State.Version;
        for (var i = 0; i < 6; i++)
        {
            store.Write(t => t.Put(StoredObject.Of(Role($"r{i}"), 1)));
        }

        Assert.Null(store.Log.ReadAfter(start + 1, out _, out _));
        Assert.Equal(4, store.Log.ReadAfter(start + 2, out _, out _)!.Count);
        Assert.Null(store.Log.At(start + 1));
        Assert.Equal(2, store.Log.At(start + 2)!.Of(ServedResource.ClusterRoles).Count);
        Assert.Equal(5, store.Log.At(start + 5)!.Of(ServedResource.ClusterRoles).Count);
        Assert.Null(store.Log.At(start + 7));
    }

    private static ClusterRole Role(string name, string verb = "get") => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Rules = [new PolicyRule { Verbs = [verb], ApiGroups = [""], Resources = ["pods"] }],
    };

    private static string? VerbOf(ClusterStore store, string name) =>
        ((ClusterRole?)store.State.Find(ServedResource.ClusterRoles, "", name)?.Rbac)?.Rules[0].Verbs[0];

    private static List<StoredObject> All(ClusterStore store) => [.. store.State.Objects.SelectMany(o => o)];

    private static string Text(StoredObject item) => System.Text.Encoding.UTF8.GetString(ObjectJson.TextOf(item));

    /// <summary>Puts or deletes a role, a binding or a part of an aggregated role.</summary>
    private static void Change(Transaction transaction, Dice random)
    {
        RbacObject made = random.Next(4) switch
        {
            0 => new Role { Metadata = Meta("default"), Rules = Rules() },
            1 => new ClusterRole { Metadata = Meta(""), Rules = Rules() },
            2 => new RoleBinding { Metadata = Meta("default"), Subjects = [Subject.User($"u{random.Next(5)}")], RoleRef = RoleRef.Role($"n{random.Next(6)}") },
            _ => new ClusterRoleBinding { Metadata = Meta(""), Subjects = [Subject.User($"u{random.Next(5)}")], RoleRef = RoleRef.ClusterRole(random.Next(3) == 0 ? "view" : $"n{random.Next(6)}") },
        };
        var stored = transaction.Find(ServedResource.OfKind(made.Kind), made.Metadata.Namespace, made.Metadata.Name);
        if (stored is not null && random.Next(3) == 0)
        {
            transaction.Delete(stored);
        }
        else
        {
            transaction.Put(StoredObject.Of(made, 1));
        }

        System.Collections.Immutable.ImmutableArray<PolicyRule> Rules() =>
            [new PolicyRule { Verbs = [random.Next(2) == 0 ? "get" : "list"], ApiGroups = [""], Resources = [$"r{random.Next(5)}"] }];

        ObjectMeta Meta(string @namespace) => new()
        {
            Name = $"n{random.Next(6)}",
            Namespace = @namespace,
            Labels = random.Next(2) == 0 ? ObjectMeta.NoEntries : ObjectMeta.NoEntries.Add("rbac.authorization.k8s.io/aggregate-to-view", "true"),
        };
    }

#pragma warning disable CA2000 // The store disposes of its storage.
    private ClusterStore Open(PolicySet files, string? folder = null) => new(files, TimeProvider.System, SqliteStorage.Open(folder ?? _folder.FullName));
#pragma warning restore CA2000

    /// <summary>Numbers that follow from a seed.</summary>
    private sealed class Dice(uint seed)
    {
        private uint _state = seed;

        public int Next(int below)
        {
            _state = (_state * 1664525) + 1013904223;
            return (int)((_state >> 8) % (uint)below);
        }
    }
}

using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Snapshots;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshots").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(_folder, "p.authz");
        PolicySnapshot.WriteFile(DefaultPolicy.Kubernetes136, path);
        var before = File.ReadAllBytes(path);

        Assert.Throws<IOException>(() => Formats.Snapshots.AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("no space left");
        }));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_snapshot_replaces_the_one_before_it()
    {
        var path = Path.Combine(_folder, "p.authz");
        PolicySnapshot.WriteFile(PolicySet.Empty, path);
        PolicySnapshot.WriteFile(DefaultPolicy.Kubernetes136, path);
        using var file = File.OpenRead(path);
        SnapshotPolicies.AssertSame(DefaultPolicy.Kubernetes136, PolicySnapshot.ReadPolicySet(file));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loader_takes_a_snapshot_for_what_it_holds_and_joins_no_defaults(bool fromStandardInput)
    {
        var policy = Only("r", "get");
        var path = Path.Combine(_folder, "p.json");
        PolicySnapshot.WriteFile(policy, path);
        using var input = File.OpenRead(path);
        var read = PolicyLoader.Load([fromStandardInput ? "-" : path], new PolicyLoadOptions { StandardInput = input });
        SnapshotPolicies.AssertSame(policy, read.Policy);
        Assert.False(read.IncludesDefaultPolicy);
        Assert.Empty(read.Diagnostics);
    }

    [Fact]
    public void A_later_file_overrides_the_objects_of_a_snapshot_by_name()
    {
        var (snapshot, manifest) = (Path.Combine(_folder, "p.authz"), Path.Combine(_folder, "p.yaml"));
        PolicySnapshot.WriteFile(Only("r", "get"), snapshot);
        using (var text = File.CreateText(manifest))
        {
            ManifestWriter.WriteYaml(Only("r", "list").Objects, text);
        }

        Assert.Equal("list", Verb([snapshot, manifest]));
        Assert.Equal("get", Verb([manifest, snapshot]));

        static string Verb(string[] paths) => Assert.Single(PolicyLoader.Load(paths, new PolicyLoadOptions()).Policy.ClusterRoles).Rules[0].Verbs[0];
    }

    [Fact]
    public void Defaults_that_are_baked_in_cannot_be_left_out()
    {
        var path = Path.Combine(_folder, "p.authz");
        PolicySnapshot.WriteFile(DefaultPolicy.Kubernetes136, path, includesDefaultPolicy: true);
        Assert.True(PolicyLoader.Load([path], new PolicyLoadOptions()).IncludesDefaultPolicy);
        var refusal = Assert.Throws<PolicyFormatException>(() => PolicyLoader.Load([path], new PolicyLoadOptions { IncludeDefaultPolicy = false }));
        Assert.Equal(DiagnosticCodes.Snapshot, Assert.Single(refusal.Diagnostics).Code);
    }

    [Fact]
    public void A_damaged_snapshot_is_refused_even_when_invalid_documents_are_skipped()
    {
        var path = Path.Combine(_folder, "p.authz");
        PolicySnapshot.WriteFile(DefaultPolicy.Kubernetes136, path);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
        var refusal = Assert.Throws<PolicyFormatException>(() => PolicyLoader.Load([path], new PolicyLoadOptions { SkipInvalid = true }));
        Assert.Equal($"{path}: the snapshot is cut off", refusal.Message);
    }

    private static PolicySet Only(string name, string verb) => new()
    {
        ClusterRoles =
        [
            new ClusterRole
            {
                Metadata = new ObjectMeta { Name = name },
                Rules = [new PolicyRule { Verbs = [verb], ApiGroups = [""], Resources = ["pods"] }],
            },
        ],
    };
}

using System.Text;
using AuthzSim.Formats;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Tests;

public sealed class GenerateTests
{
    private static readonly PolicySet _fleet = new FleetGenerator(new FleetOptions { Bindings = 300, Seed = 3, Users = 20, Namespaces = 9 }).ToPolicySet();
    private static readonly string[] _flags = ["generate", "--bindings", "300", "--seed", "3", "--users", "20", "--namespaces", "9"];

    [Theory]
    [InlineData("fleet.json")]
    [InlineData("fleet.yaml")]
    [InlineData("fleet.YML")]
    public void A_file_reads_back_as_what_was_generated(string name)
    {
        using var folder = new TemporaryFolder();
        var outcome = CommandLine.Run([.. _flags, "-o", folder[name]]);
        Assert.Equal(new Outcome(0, $"{folder[name]}: {_fleet.Objects.Count()} objects written\n", ""), outcome);
        Assert.Equal([name], folder.Entries());
        Assert.Equal(_fleet.Objects, Load(folder[name]).Objects);
    }

    [Fact]
    public void A_folder_has_a_file_for_each_namespace_and_one_for_what_is_in_none()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((0, ""), Shown(CommandLine.Run([.. _flags, "-o", folder["new"] + "/"])));
        var namespaces = _fleet.NamespaceNames().Select(n => $"new/{n}.yaml");
        Assert.Equal(["new", .. namespaces.Append("new/cluster-wide.yaml").Order(StringComparer.Ordinal)], folder.Entries());
        Assert.Equal(Sorted(_fleet), Sorted(Load(folder["new"])));
        Assert.All(Load(folder["new/cluster-wide.yaml"]).Objects, o => Assert.False(o.IsNamespaced));
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_left_alone_unless_forced()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["d"]);
        Assert.Equal((0, ""), Shown(CommandLine.Run([.. _flags, "-o", folder["d"]])));
        folder.Write("d/other.txt", "kept"u8.ToArray());
        folder.Write("d/cluster-wide.yaml", "old"u8.ToArray());
        var before = folder.Entries();
        var refused = CommandLine.Run([.. _flags, "-o", folder["d"]]);
        Assert.Equal((2, $"error: the folder {folder["d"]} is not empty: name another, or write into it with --force\n"), Shown(refused));
        Assert.Equal("old", File.ReadAllText(folder["d/cluster-wide.yaml"]));
        Assert.Equal((0, ""), Shown(CommandLine.Run([.. _flags, "-o", folder["d"], "--force"])));
        Assert.Equal(before, folder.Entries());
        Assert.Equal("kept", File.ReadAllText(folder["d/other.txt"]));
        Assert.Equal(Sorted(_fleet), Sorted(Load(folder["d"])));
    }

    [Fact]
    public void Standard_output_is_JSON_or_YAML_and_the_same_each_time()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, format) in new[] { ("f.json", "json"), ("f.yaml", "yaml") })
        {
            CommandLine.Run([.. _flags, "-o", folder[name]]);
            var outcome = CommandLine.Run([.. _flags, "--output-format", format]);
            Assert.Equal((0, ""), Shown(outcome));
            Assert.Equal(File.ReadAllText(folder[name]), outcome.Stdout);
            Assert.NotEqual(outcome.Stdout, CommandLine.Run([.. _flags, "--output-format", format, "--seed", "4"]).Stdout);
        }

        Assert.StartsWith("{", CommandLine.Run([.. _flags, "-o", "-"]).Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("small", 196, 1_504, 127, 219)]
    [InlineData("mid", 171, 1_851, 525, 191)]
    [InlineData("big", 676, 4_491, 1_374, 721)]
    public void A_profile_has_the_counts_of_a_real_cluster(string profile, int clusterRoleBindings, int roleBindings, int roles, int clusterRoles)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((0, ""), Shown(CommandLine.Run("generate", "--profile", profile, "-o", folder["p.json"])));
        var policy = Load(folder["p.json"]);
        Assert.Equal(
            (clusterRoleBindings, roleBindings, roles, clusterRoles),
            (policy.ClusterRoleBindings.Length, policy.RoleBindings.Length, policy.Roles.Length, policy.ClusterRoles.Length));
    }

    [Theory]
    [InlineData("--bindings must be at least 0", "--bindings", "-1")]
    [InlineData("--users must be at least 1", "--users", "0")]
    [InlineData("--namespaces must be at least 1", "--namespaces", "-5")]
    [InlineData("there is no profile \"huge\"; there are: small, mid, big, wide", "--profile", "huge")]
    [InlineData("the profile mid says how many bindings there are: leave out --bindings", "--profile", "mid", "--bindings", "5")]
    [InlineData("that many roles and bindings are more than 2147483647 objects", "--bindings", "2147483647")]
    [InlineData("fleet.txt says neither .json nor .yaml: give --output-format, or end the name in / for a folder", "-o", "fleet.txt")]
    [InlineData("a folder is filled with YAML files: leave out --output-format, or name a .json file", "-o", "fleet/", "--output-format", "json")]
    public void What_cannot_be_is_refused(string text, params string[] args) =>
        Assert.Equal(new Outcome(2, "", $"error: {text}\n"), CommandLine.Run(["generate", .. args]));

    [Fact]
    public void A_file_that_cannot_be_written_whole_is_not_written_at_all()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["taken.json"]);
        folder.Write("taken.json/x", []);
        var before = folder.Entries();
        Assert.Equal(2, CommandLine.Run([.. _flags, "-o", folder["no/such/folder.json"]]).Exit);
        Assert.Equal(2, CommandLine.Run([.. _flags, "-o", folder["taken.json"]]).Exit);
        Assert.Equal(before, folder.Entries());
    }

    [Fact]
    public void A_link_stays_a_link_and_a_device_a_device()
    {
        using var folder = new TemporaryFolder();
        folder.Write("real.json", []);
        File.CreateSymbolicLink(folder["link.json"], folder["real.json"]);
        Assert.Equal(0, CommandLine.Run([.. _flags, "-o", folder["link.json"]]).Exit);
        Assert.Equal(folder["real.json"], new FileInfo(folder["link.json"]).LinkTarget);
        Assert.Equal(_fleet.Objects, Load(folder["real.json"]).Objects);
        Assert.Equal(0, CommandLine.Run([.. _flags, "-o", "/dev/null", "--output-format", "yaml"]).Exit);
        Assert.True(File.Exists("/dev/null"));
        Assert.Equal("", File.ReadAllText("/dev/null", Encoding.UTF8));
    }

    private static PolicySet Load(string path)
    {
        var loaded = PolicyLoader.Load([path], new PolicyLoadOptions { IncludeDefaultPolicy = false });
        Assert.Empty(loaded.Diagnostics);
        return loaded.Policy;
    }

    private static List<RbacObject> Sorted(PolicySet policy) =>
        [.. policy.Objects.OrderBy(o => $"{o.Kind}/{o.Metadata.Namespace}/{o.Metadata.Name}", StringComparer.Ordinal)];

    private static (int Exit, string Stderr) Shown(Outcome outcome) => (outcome.Exit, outcome.Stderr);
}

namespace AuthzSim.Cli.Tests;

public sealed class CompileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compile").FullName;

    private string Snapshot => Path.Combine(_folder, "policy.authz");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("list", "pods")]
    [InlineData("delete", "pods")]
    [InlineData("get", "/version")]
    public void A_snapshot_gives_the_answers_of_its_files(string verb, string target)
    {
        var compiled = CommandLine.Run("compile", "-f", CommandLine.ReadPods, "-o", Snapshot);
        Assert.Equal((0, ""), (compiled.Exit, compiled.Stderr));
        Assert.EndsWith(" bytes (with the default policy)\n", compiled.Stdout, StringComparison.Ordinal);

        string[] question = ["can-i", verb, target, "--as", "myuser", "-v", "-f"];
        var expected = CommandLine.Run([.. question, CommandLine.ReadPods]);
        Assert.Equal(expected, CommandLine.Run([.. question, Snapshot]));
        Assert.Equal(expected, CommandLine.Run([.. question, Snapshot, "-f", CommandLine.ReadPods]) with { Stderr = "" });
    }

    [Fact]
    public void Every_command_reads_a_snapshot()
    {
        CommandLine.Run("compile", "-f", CommandLine.Cluster, "--no-default-policy", "-o", Snapshot);
        foreach (var command in (string[][])[["can-i", "--list", "--as", "myuser"], ["who-can", "get", "pods"], ["explain", "get", "pods", "--as", "myuser"]])
        {
            var expected = CommandLine.Run([.. command, "-f", CommandLine.Cluster, "--no-default-policy"]);
            Assert.Equal(expected, CommandLine.Run([.. command, "-f", Snapshot]));
        }
    }

    [Fact]
    public void Defaults_left_out_stay_out_and_defaults_baked_in_stay_in()
    {
        CommandLine.Run("compile", "-f", CommandLine.ReadPods, "--no-default-policy", "-o", Snapshot);
        Assert.Equal(1, CommandLine.Run("can-i", "get", "/version", "--as", "u", "-f", Snapshot).Exit);

        CommandLine.Run("compile", "-f", CommandLine.ReadPods, "-o", Snapshot);
        var refused = CommandLine.Run("can-i", "get", "/version", "--as", "u", "-f", Snapshot, "--no-default-policy");
        Assert.Equal(2, refused.Exit);
        Assert.StartsWith($"{Snapshot}: the snapshot was compiled with the default policy", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_to_write_nothing_is_read() => Assert.Equal(
        new Outcome(2, "", "error: no file to write: name it with -o, as in '-o policy.authz'\n"),
        CommandLine.Run("compile", "-f", CommandLine.ReadPods));

    [Fact]
    public void A_damaged_snapshot_is_an_error_of_every_command()
    {
        CommandLine.Run("compile", "-f", CommandLine.ReadPods, "-o", Snapshot);
        var bytes = File.ReadAllBytes(Snapshot);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Snapshot, bytes);
        Assert.Equal(
            new Outcome(2, "", $"{Snapshot}: the snapshot is damaged: its checksum is wrong\n"),
            CommandLine.Run("can-i", "get", "pods", "--as", "u", "-f", Snapshot));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        var outcome = CommandLine.Run("compile", "-f", CommandLine.ReadPods, "-o", Path.Combine(_folder, "missing", "policy.authz"));
        Assert.Equal(2, outcome.Exit);
        Assert.StartsWith("error: ", outcome.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }
}

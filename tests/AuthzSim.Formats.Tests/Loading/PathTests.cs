namespace AuthzSim.Formats.Tests.Loading;

public sealed class PathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public PathTests()
    {
        foreach (var name in new[] { "b.yaml", "a.yml", "c.json", "notes.txt", "sub/B.YAML", "sub/deep/d.yaml", "sub/a.yaml.bak" })
        {
            var path = At(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $$"""{"apiVersion": "{{Given.V1}}", "kind": "ClusterRole", "metadata": {"name": "{{name}}"} }""");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private string[] Names(params string[] paths) =>
        [.. PolicyLoader.Load([.. paths.Select(p => p == "-" ? p : At(p))], Given.Options([])).Policy.ClusterRoles.Select(r => r.Metadata.Name)];

    [Fact]
    public void A_folder_is_read_below_in_ordinal_path_order() =>
        Assert.Equal(["a.yml", "b.yaml", "c.json", "sub/B.YAML", "sub/deep/d.yaml"], Names(""));

    [Theory]
    [InlineData("*.yaml", "b.yaml")]
    [InlineData("?.*", "a.yml b.yaml c.json")]
    [InlineData("*", "a.yml b.yaml c.json")]
    [InlineData("**/*.yaml", "b.yaml sub/deep/d.yaml")]
    [InlineData("s*/**", "sub/B.YAML sub/deep/d.yaml")]
    [InlineData("sub/*/d.yaml", "sub/deep/d.yaml")]
    [InlineData("*.txt", "notes.txt")]
    public void A_pattern_matches_files(string pattern, string expected) => Assert.Equal(expected.Split(' '), Names(pattern));

    [Fact]
    public void A_mounted_ConfigMap_is_read_once_and_seen_to_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a kubelet there makes no links");
        foreach (var (version, name) in new[] { ("..1", "old"), ("..2", "new") })
        {
            Directory.CreateDirectory(At($"mount/{version}"));
            File.WriteAllText(At($"mount/{version}/role.yaml"), $$"""{"apiVersion": "{{Given.V1}}", "kind": "ClusterRole", "metadata": {"name": "{{name}}"} }""");
        }

        Directory.CreateSymbolicLink(At("mount/..data"), "..1");
        File.CreateSymbolicLink(At("mount/role.yaml"), "..data/role.yaml");
        File.SetLastWriteTimeUtc(At("mount/..2/role.yaml"), DateTime.UtcNow.AddMinutes(1));
        var before = FileStamps.Of([At("mount")]);
        Assert.Equal(["old"], Names("mount"));
        Assert.Equal((1, before), (before.Count, FileStamps.Of([At("mount")])));

        Directory.Delete(At("mount/..data"));
        Directory.CreateSymbolicLink(At("mount/..data"), "..2");

        Assert.Equal(["new"], Names("mount"));
        Assert.NotEqual(before, FileStamps.Of([At("mount")]));
    }

    [Fact]
    public void The_order_given_is_the_order_read_and_a_file_named_twice_is_read_once()
    {
        Assert.Equal(["b.yaml", "a.yml", "notes.txt"], Names("b.yaml", "a.yml", "notes.txt", "b.yaml"));
        Assert.Equal(["c.json", "a.yml", "b.yaml", "sub/B.YAML", "sub/deep/d.yaml"], Names("c.json", ""));
    }

    [Fact]
    public void A_path_that_means_nothing_is_fatal_even_when_invalid_documents_are_skipped()
    {
        var thrown = Assert.Throws<PolicyFormatException>(() => PolicyLoader.Load(["/no/such", At("*.toml"), "nowhere/*.yaml"], Given.Options([])));
        Assert.Equal(
            [
                "[no-such-file] /no/such: no such file or folder",
                $"[no-match] {At("*.toml")}: the pattern matches no file",
                "[no-match] nowhere/*.yaml: the pattern matches no file",
            ],
            thrown.Diagnostics.Select(d => $"[{d.Code}] {d}"));
    }

    [Fact]
    public void A_path_without_policy_is_a_warning()
    {
        Directory.CreateDirectory(At("empty"));
        File.WriteAllText(At("pod.yaml"), "apiVersion: v1\nkind: Pod\n");
        var result = PolicyLoader.Load([At("empty"), At("pod.yaml")], Given.Options([]));
        Assert.Equal(
            [$"{At("empty")}: no role and no binding in here", $"{At("pod.yaml")}: no role and no binding in here"],
            result.Diagnostics.Select(d => d.ToString()));
        Assert.Equal((1, 25), (result.FilesRead, result.BytesRead));
    }

    [Fact]
    public void Standard_input_may_be_YAML_or_JSON_and_must_be_given()
    {
        Assert.Single(Given.Load(" \n{\"apiVersion\": \"rbac.authorization.k8s.io/v1\", \"kind\": \"ClusterRole\"}").Policy.ClusterRoles);
        Assert.Single(Given.Load("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n").Policy.ClusterRoles);
        Assert.Throws<ArgumentException>(() => PolicyLoader.Load(["-"], new PolicyLoadOptions()));
    }

    [Fact]
    public void Reading_tells_how_far_it_is_and_can_be_cancelled()
    {
        var reports = new Reports();
        var input = File.ReadAllBytes(Given.Fixture("bootstrap-policy.json"));
        var options = Given.Options(input, windowSize: 1 << 14) with { BytesRead = reports };
        Assert.Equal(input.Length, PolicyLoader.Load(["-"], options).BytesRead);
        Assert.Equal(input.Length, reports.Values[^1]);
        Assert.True(reports.Values.Count > 5);
        Assert.Throws<OperationCanceledException>(
            () => PolicyLoader.Load(["-"], Given.Options(input) with { CancellationToken = new CancellationToken(canceled: true) }));
    }

    private sealed class Reports : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}

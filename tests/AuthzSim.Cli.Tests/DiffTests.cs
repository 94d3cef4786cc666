namespace AuthzSim.Cli.Tests;

public sealed class DiffTests
{
    private static readonly string _whatIf = Path.Combine(CommandLine.Root, "fixtures", "examples", "what-if");
    private static readonly string _change = Path.Combine(_whatIf, "change.yaml");
    private static readonly string _people = Path.Combine(_whatIf, "people.yaml");
    private static readonly string _exceptions = Path.Combine(_whatIf, "exceptions.yaml");

    [Theory]
    [InlineData("text", "diff.txt")]
    [InlineData("json", "diff.json")]
    [InlineData("markdown", "diff.md")]
    [InlineData("html", "diff.html")]
    [InlineData("sarif", "diff.sarif")]
    public void Every_format_is_as_it_is_checked_in(string format, string file)
    {
        // As from the root of the checkout: places in SARIF are relative to where it is run.
        var toRoot = Path.GetRelativePath(Environment.CurrentDirectory, CommandLine.Root) + "/";
        string[] paths = [.. new[] { CommandLine.Shop, _change, _people }.Select(p => toRoot + Path.GetRelativePath(CommandLine.Root, p))];

        var outcome = CommandLine.Run("diff", "-f", paths[0], "--apply", paths[1], "--groups", paths[2], "-o", format);
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stderr));
        Assert.Equal(File.ReadAllText(Path.Combine(_whatIf, "expected", file)), outcome.Stdout.Replace(toRoot, "", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_words_for_the_same_are_no_effective_change()
    {
        var outcome = CommandLine.Run("diff", Path.Combine(_whatIf, "before.yaml"), Path.Combine(_whatIf, "after.yaml"));

        Assert.Equal(new Outcome(0, "no effective change: nobody gains or loses access\n", ""), outcome);
    }

    [Fact]
    public void Swapping_the_sides_swaps_gain_and_loss()
    {
        var there = CommandLine.Run("diff", CommandLine.ReadPods, CommandLine.Shop, "--fail-on", "gain").Stdout;
        var back = CommandLine.Run("diff", CommandLine.Shop, CommandLine.ReadPods).Stdout;

        Assert.Equal(Lines(there, "    + "), Lines(back, "    - "));
        Assert.Equal(Lines(there, "    - "), Lines(back, "    + "));
        Assert.NotEmpty(Lines(there, "    + "));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1, "--fail-on", "any")]
    [InlineData(1, "--fail-on", "gain")]
    [InlineData(1, "--fail-on", "loss")]
    [InlineData(1, "--fail-on", "severity=critical")]
    [InlineData(0, "--fail-on", "never")]
    [InlineData(0, "--allow", "exceptions", "--fail-on", "gain")]
    [InlineData(0, "--allow", "exceptions", "--fail-on", "severity=low")]
    [InlineData(1, "--allow", "exceptions", "--fail-on", "severity=low", "--fail-on", "loss")]
    [InlineData(2, "--fail-on", "severity=awful")]
    [InlineData(2, "--fail-on", "severity=1")]
    [InlineData(2, "--proves", "no-access")]
    [InlineData(2, "--delete", "rolebinding/deploys")]
    [InlineData(2, "--delete", "rolebinding/shop/none")]
    [InlineData(2, "--delete", "pod/shop/web")]
    public void The_exit_code_says_whether_the_change_may_go_on(int exit, params string[] flags)
    {
        string[] args = ["diff", "-f", CommandLine.Shop, "--apply", _change, .. flags.Select(f => f == "exceptions" ? _exceptions : f)];

        var outcome = CommandLine.Run(args);
        Assert.True(exit == outcome.Exit, $"{outcome}");
        Assert.Equal(exit == 2, outcome.Stderr.StartsWith("error: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_claim_is_proved_or_refuted()
    {
        var fails = CommandLine.Run("diff", "-f", CommandLine.Shop, "--apply", _change, "--proves", "no-new-access");
        Assert.Equal(
            new Outcome(1, "FAIL\n- User nadia: [*] * in all API groups everywhere, and 1 more\n- Group support: [create] pods/exec everywhere\n", ""), fails);

        var passes = CommandLine.Run("diff", "-f", CommandLine.Shop, "--delete", "rolebinding/deploys", "-n", "shop", "--proves", "no-new-access");
        Assert.Equal(new Outcome(0, "PASS\n", ""), passes);

        var agreed = CommandLine.Run("diff", "-f", CommandLine.Shop, "--apply", _change, "--proves", "no-new-access", "--allow", _exceptions);
        Assert.Equal(new Outcome(0, "PASS\n", ""), agreed);
    }

    [Theory]
    [InlineData("rolebinding/shop/deploys")]
    [InlineData("RoleBindings/shop/deploys")]
    [InlineData("rolebindings.rbac.authorization.k8s.io/deploys", "-n", "shop")]
    public void An_object_to_delete_is_named_as_kubectl_names_it(params string[] name)
    {
        var outcome = CommandLine.Run(["diff", "-f", CommandLine.Shop, "--delete", .. name]);

        Assert.Equal((1, ""), (outcome.Exit, outcome.Stderr));
        Assert.Contains("LOSS ServiceAccount shop/builder", outcome.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_server_would_refuse_is_said_and_fails()
    {
        var outcome = CommandLine.Run("diff", "-f", CommandLine.Shop, "--apply", _change, "--as", "ines", "--fail-on", "never");

        Assert.Equal(1, outcome.Exit);
        Assert.Contains(
            "the API server would refuse to apply ClusterRole pod-shell (fixtures/examples/what-if/change.yaml:3): clusterroles.rbac.authorization.k8s.io is forbidden: "
            + "User \"ines\" cannot create resource \"clusterroles\" in API group \"rbac.authorization.k8s.io\" at the cluster scope\n",
            Local(outcome.Stdout), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_role_reference_is_refused_whoever_asks()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["change.yaml"],
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: team, namespace: shop-test}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: shop-team}]
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
            """);

        var outcome = CommandLine.Run("diff", "-f", CommandLine.Shop, "--apply", folder["change.yaml"], "--fail-on", "never");
        Assert.Equal(1, outcome.Exit);
        Assert.Contains("would refuse to apply RoleBinding shop-test/team", outcome.Stdout, StringComparison.Ordinal);
        Assert.Contains("cannot change roleRef", outcome.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("a.yaml")]
    [InlineData("-f", "a.yaml")]
    [InlineData("a.yaml", "b.yaml", "-f", "c.yaml")]
    [InlineData("a.yaml", "b.yaml", "--delete", "role/a/b")]
    public void It_has_to_be_said_what_to_compare(params string[] args)
    {
        var outcome = CommandLine.Run(["diff", .. args]);

        Assert.Equal(2, outcome.Exit);
        Assert.StartsWith("error: say what to compare", outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_change_is_an_error_with_its_place()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["change.yaml"], File.ReadAllText(_change).Replace("- pods/exec", "- [pods/exec]", StringComparison.Ordinal));

        var outcome = CommandLine.Run("diff", "-f", CommandLine.Shop, "--apply", folder["change.yaml"]);
        Assert.Equal((2, ""), (outcome.Exit, outcome.Stdout));
        Assert.StartsWith($"{folder["change.yaml"]}:13:", outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_gets_colours_unless_it_wants_none()
    {
        string[] args = ["diff", "-f", CommandLine.Shop, "--apply", _change];
        Assert.Contains("\e[1;37;41mCRITICAL\e[0m", CommandLine.Run(new Surroundings(IsTerminal: true), args).Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(
            '\e', CommandLine.Run(new Surroundings(IsTerminal: true) { Variables = { ["NO_COLOR"] = "1" } }, args).Stdout);
    }

    private static string Local(string text) => text.Replace(CommandLine.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    private static string[] Lines(string text, string prefix) =>
        [.. text.Split('\n').Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..]).Order(StringComparer.Ordinal)];
}

namespace AuthzSim.Cli.Tests;

public sealed class UsageTests
{
    private static readonly string _log = Path.Combine(CommandLine.Root, "fixtures", "replay", "audit.log");

    [Fact]
    public void Bindings_and_rules_are_listed_with_what_they_were_used_for()
    {
        var table = CommandLine.Run("usage", _log, "-f", CommandLine.Shop);

        Assert.Equal((0, ""), (table.Exit, table.Stderr));
        Assert.Matches(@"(?m)^BINDING +ROLE +REQUESTS +ALONE +LAST +UNUSED RULES +UNUSED SUBJECTS$", table.Stdout);
        Assert.Matches(@"(?m)^RoleBinding shop/deploys +Role deployer +\d", table.Stdout);
        Assert.Matches(@"(?m)^\d+ requests; \d+ of \d+ bindings were never used$", table.Stdout);
        Assert.Matches(@"(?m)^BINDING +ROLE +REQUESTS +RULE +RULE AT$", CommandLine.Run("usage", _log, "-f", CommandLine.Shop, "-o", "wide").Stdout);
        Assert.Contains("\"alone\":", CommandLine.Run("usage", _log, "-f", CommandLine.Shop, "-o", "json").Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("namespace")]
    [InlineData("group")]
    [InlineData("resource")]
    public void A_suggested_policy_allows_what_the_log_shows(string granularity)
    {
        using var folder = new TemporaryFolder();
        var suggestion = CommandLine.Run("usage", _log, "-f", CommandLine.Shop, "--suggest", "--by", granularity);
        Assert.Equal((0, ""), (suggestion.Exit, suggestion.Stderr));
        File.WriteAllText(folder["suggestion.yaml"], suggestion.Stdout);

        var replayed = CommandLine.Run("replay", _log, "-f", folder["suggestion.yaml"], "--no-default-policy");
        Assert.DoesNotContain("NOW DENIED", replayed.Stdout, StringComparison.Ordinal);
        Assert.Equal("", CommandLine.Run("validate", "-f", folder["suggestion.yaml"]).Stderr);
    }

    [Fact]
    public void With_what_is_missing_nothing_is_denied_any_more()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["missing.yaml"], CommandLine.Run("usage", _log, "-f", CommandLine.Shop, "--suggest", "--missing-only", "--include-denied").Stdout);

        var nothing = CommandLine.Run("usage", _log, "-f", CommandLine.Shop, "-f", folder["missing.yaml"], "--suggest", "--missing-only", "--include-denied");
        Assert.Equal(new Outcome(0, "", "nothing is missing\n"), nothing);
    }

    [Theory]
    [InlineData("--by", "namespace")]
    [InlineData("--missing-only")]
    [InlineData("--suggest", "--by", "chance")]
    [InlineData("--suggest", "-o", "wide")]
    [InlineData("--user", "nobody-of-that-name")]
    public void Flags_that_make_no_sense_are_errors(params string[] flags)
    {
        var outcome = CommandLine.Run(["usage", _log, "-f", CommandLine.Shop, .. flags]);

        Assert.Equal((2, ""), (outcome.Exit, outcome.Stdout));
        Assert.StartsWith("error: ", outcome.Stderr, StringComparison.Ordinal);
    }
}

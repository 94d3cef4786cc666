using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests;

/// <summary>What a benchmark measures is the process's own memory and time: nothing else may run beside it.</summary>
[Collection(nameof(BenchTests))]
[CollectionDefinition(nameof(BenchTests), DisableParallelization = true)]
public sealed class BenchTests
{
    private static readonly string[] _quick = ["bench", "-f", CommandLine.Cluster, "--duration", "50ms"];

    [Fact]
    public void The_json_has_every_figure_above_zero()
    {
        var outcome = CommandLine.Run([.. _quick, "-o", "json"]);

        Assert.Equal((0, ""), (outcome.Exit, outcome.Stderr));
        var json = JsonNode.Parse(outcome.Stdout)!;
        Assert.Equal(["checks", "load", "policy", "sample", "walk", "whoCan"], json.AsObject().Select(m => m.Key).Order(StringComparer.Ordinal));
        foreach (var way in (string[])["bulk", "bulkAllCores", "reference", "resolved", "strings"])
        {
            AssertTimed(json["checks"]![way]!);
        }

        AssertTimed(json["whoCan"]!["compiled"]!);
        AssertTimed(json["whoCan"]!["reference"]!);
        Assert.All(
            ["loadMilliseconds", "compileMilliseconds", "compiledBytes"], name => Assert.True((double)json["load"]![name]! > 0, name));
        Assert.InRange((int)json["sample"]!["allowed"]!, 1, (int)json["sample"]!["requests"]! - 1);
        Assert.True((long)json["walk"]!["costs"]!["bindings"]!["worst"]! >= (long)json["policy"]!["clusterRoleBindings"]!);
        Assert.NotEmpty(json["walk"]!["costliest"]!.AsArray());
        Assert.NotEmpty(json["walk"]!["hotSpots"]!.AsArray());
    }

    [Fact]
    public void The_walk_is_the_same_in_every_run_and_follows_the_seed()
    {
        Assert.Equal(Walk("1"), Walk("1"));
        Assert.NotEqual(Walk("1"), Walk("2"));

        static string Walk(string seed) =>
            JsonNode.Parse(CommandLine.Run([.. _quick, "-o", "json", "--seed", seed]).Stdout)!["walk"]!.ToJsonString();
    }

    [Fact]
    public void The_table_has_its_sections()
    {
        var outcome = CommandLine.Run(_quick);

        Assert.Equal((0, ""), (outcome.Exit, outcome.Stderr));
        Assert.All(
            ["POLICY\n", "LOAD AND COMPILE\n", "CHECKS (", "WHO-CAN\n", "WHAT THE API SERVER WALKS", "REQUESTS THAT COST MOST\n", "WHAT WOULD SHORTEN"],
            title => Assert.Contains(title, outcome.Stdout, StringComparison.Ordinal));
    }

    [Fact]
    public void A_terminal_sees_a_bar_that_is_wiped_away()
    {
        var error = CommandLine.Run(new Surroundings(IsTerminal: true), _quick).Stderr;

        Assert.Contains("] measuring", error, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_may_come_from_a_file()
    {
        var json = RunWith("""
            {"user":"eve","resourceAttributes":{"verb":"list","resource":"pods","namespace":"nowhere"}}

            {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"eve","nonResourceAttributes":{"verb":"get","path":"/x"}}}
            """, "-o", "json");

        Assert.Equal((0, 2, 0), (json.Exit, (int)JsonNode.Parse(json.Stdout)!["sample"]!["requests"]!, (int)JsonNode.Parse(json.Stdout)!["sample"]!["allowed"]!));
    }

    [Fact]
    public void Requests_may_come_from_an_audit_log()
    {
        var log = Path.Combine(CommandLine.Root, "fixtures", "replay", "audit.log");
        var json = CommandLine.Run([.. _quick, "--requests", log, "-o", "json"]);
        Assert.Equal((0, 24), (json.Exit, (int)JsonNode.Parse(json.Stdout)!["sample"]!["requests"]!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"user\":\"eve\"}")]
    [InlineData("not json")]
    [InlineData("{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}")]
    public void A_file_without_requests_or_with_something_else_is_refused(string content)
    {
        var outcome = RunWith(content);
        Assert.Equal((2, ""), (outcome.Exit, outcome.Stdout));
        Assert.NotEqual("", outcome.Stderr);
    }

    [Theory]
    [InlineData("--duration", "5")]
    [InlineData("--duration", "0s")]
    [InlineData("--duration", "soon")]
    [InlineData("--seed", "-1")]
    [InlineData("-o", "wide")]
    public void Other_values_are_refused(string flag, string value)
    {
        var outcome = CommandLine.Run("bench", "-f", CommandLine.ReadPods, $"{flag}={value}");
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stdout));
        Assert.Contains($"\"{value}\"", outcome.Stderr, StringComparison.Ordinal);
    }

    private static Outcome RunWith(string requests, params string[] flags)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, requests);
            return CommandLine.Run([.. _quick, "--requests", path, .. flags]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertTimed(JsonNode timing) => Assert.All(
        ["p50Nanoseconds", "p99Nanoseconds", "p999Nanoseconds", "perSecond", "callsPerReading", "readings"],
        name => Assert.True((double)timing[name]! > 0, $"{timing.GetPath()}.{name}"));
}

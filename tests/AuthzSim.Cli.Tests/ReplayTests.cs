using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests;

public sealed class ReplayTests
{
    private static readonly string _log = Path.Combine(CommandLine.Root, "fixtures", "replay", "audit.log");
    private static readonly string _after = Path.Combine(CommandLine.Root, "fixtures", "replay", "after");

    [Fact]
    public void The_policy_in_force_decides_as_recorded()
    {
        var outcome = CommandLine.Run("replay", _log, "-f", CommandLine.Shop);
        Assert.Equal((0, ""), (outcome.Exit, outcome.Stderr));
        Assert.Equal(
            """
            28 events read, 23 requests compared: 23 decided as before, 0 now denied, 0 now allowed.
            Left out:
              1 further events of requests already counted
              1 events of a request's receipt, before it was decided
              1 refused by authentication (401)
              1 refused the impersonation (403), before the request itself was asked about
              1 allowed by another authorizer than RBAC (Node, webhook)

            """,
            outcome.Stdout);
    }

    [Fact]
    public void Another_policy_is_told_by_user_verb_and_resource()
    {
        var outcome = CommandLine.Run("replay", _log, "-f", CommandLine.Shop, "--against", _after);
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stderr));
        var lines = outcome.Stdout.Split('\n');
        Assert.Matches(@"^CHANGE +USER +VERB +RESOURCE +NAMESPACE +COUNT +WHEN \(UTC\) +EXAMPLE$", lines[0]);
        Assert.Matches(@"^NOW DENIED +dana +get +pods/log +shop, shop-test +6 +2026-03-02 09:02-09:12 +\S+audit\.log:2$", lines[1]);
        Assert.Matches(@"^NOW ALLOWED +ines +get +secrets +shop +1 ", lines[2]);
        Assert.Equal("28 events read, 23 requests compared: 16 decided as before, 6 now denied, 1 now allowed.", lines[4]);

        // What the server wrote down is what the first policy says.
        Assert.Equal(Words(lines[1..3]), Words(CommandLine.Run("replay", _log, "-f", _after, "--no-headers").Stdout.Split('\n')[..2]));

        static IEnumerable<string> Words(IEnumerable<string> rows) =>
            rows.SelectMany(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_json_says_why()
    {
        var json = JsonNode.Parse(CommandLine.Run("replay", _log, "-f", CommandLine.Shop, "--against", _after, "-o", "json").Stdout)!;
        var group = json["groups"]![0]!;
        Assert.Equal(("nowDenied", "dana", 6), ((string)group["change"]!, (string)group["user"]!, (int)group["count"]!));
        Assert.Contains("\"support\"", (string)group["example"]!["before"]!["reason"]!, StringComparison.Ordinal);
        Assert.False((bool)group["example"]!["after"]!["allowed"]!);
        Assert.Equal((28, 23, 1), ((int)json["summary"]!["events"]!, (int)json["summary"]!["compared"]!, (int)json["summary"]!["leftOut"]!["repeated"]!));
        var wide = CommandLine.Run("replay", _log, "-f", CommandLine.Shop, "--against", _after, "-o", "wide").Stdout;
        Assert.Contains("RBAC: allowed by RoleBinding \"team/shop\" of ClusterRole \"edit\" to User \"ines\"", wide, StringComparison.Ordinal);
        Assert.Contains("/api/v1/namespaces/shop-test/pods/web-0/log?container=web&tailLines=100", wide, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("13 requests compared", "--user", "dana")]
    [InlineData("1 requests compared", "--user", "ines")]
    [InlineData("4 requests compared", "--until", "2026-03-02T09:05:00Z")]
    [InlineData("23 requests compared", "--since", "2026-03-02")]
    public void Events_can_be_narrowed(string text, params string[] flags) =>
        Assert.Contains(text, CommandLine.Run(["replay", _log, "-f", CommandLine.Shop, .. flags]).Stdout, StringComparison.Ordinal);

    [Theory]
    [InlineData("no request was compared", "--user", "nobody")]
    [InlineData("a time such as", "--since", "yesterday")]
    [InlineData("allowed formats are: json,table,wide,yaml", "-o", "xml")]
    [InlineData("no such file or folder", "--against", "nowhere")]
    public void Other_input_is_refused(string text, params string[] flags)
    {
        var outcome = CommandLine.Run(["replay", _log, "-f", CommandLine.Shop, .. flags]);
        Assert.InRange(outcome.Exit, 1, 2);
        Assert.Contains(text, outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_may_come_from_standard_input_which_is_one_thing_only()
    {
        var log = File.ReadAllText(_log);
        Assert.Equal(0, CommandLine.Run(new Surroundings(log), "replay", "-", "-f", CommandLine.Shop).Exit);
        Assert.Equal(2, CommandLine.Run(new Surroundings(log), "replay", "-", "-f", "-").Exit);
        Assert.Equal(2, CommandLine.Run(new Surroundings(log), "replay", "-", "-f", CommandLine.Shop, "--against", "-").Exit);
        Assert.Equal(2, CommandLine.Run("replay", "-f", CommandLine.Shop).Exit);
    }

    [Fact]
    public void A_line_that_is_no_event_stops_the_command_or_is_left_out()
    {
        var log = File.ReadAllText(_log) + "{\"kind\":\"Event\",\"apiVersion\":\"v1\"}\n";
        var stopped = CommandLine.Run(new Surroundings(log), "replay", "-", "-f", CommandLine.Shop);
        Assert.Equal((2, ""), (stopped.Exit, stopped.Stdout));
        Assert.StartsWith("-:29:1: `kind: Event` of `v1` is no audit event", stopped.Stderr, StringComparison.Ordinal);
        var skipped = CommandLine.Run(new Surroundings(log), "replay", "-", "-f", CommandLine.Shop, "--skip-invalid");
        Assert.Equal(0, skipped.Exit);
        Assert.Contains("1 could not be read", skipped.Stdout, StringComparison.Ordinal);
        Assert.Contains("Warning: events left out because they cannot be read: 1", skipped.Stderr, StringComparison.Ordinal);
    }
}

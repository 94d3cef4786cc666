using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests;

public sealed class LintTests
{
    private const string Dangerous =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: binder}
        rules:
        - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
        - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [create]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: binders}
        subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "an,n"}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: binder}
        """;

    private const string Way = "User an,n binds ClusterRole `cluster-admin` to itself (create clusterrolebindings, bind)";

    [Fact]
    public void The_way_to_cluster_admin_is_told_step_by_step() => Assert.Equal(
        new Outcome(
            0,
            $"""
            -:12:4: warning: User `an,n` can become cluster admin, by what ClusterRoleBinding `binders` gives (can-become-cluster-admin)
                1. {Way}
                Take away what the first step needs, unless it is meant for an administrator.
            0 errors, 1 warning, 0 infos

            """,
            ""),
        Lint());

    [Theory]
    [InlineData(0, "--fail-on", "error")]
    [InlineData(1, "--fail-on", "warning")]
    [InlineData(1, "--fail-on", "info")]
    [InlineData(0, "--fail-on", "never")]
    [InlineData(0, "--fail-on", "info", "--skip", "can-become-cluster-admin")]
    [InlineData(0, "--fail-on", "info", "--only", "unused-role,wildcard")]
    [InlineData(2, "--only", "nonsense")]
    [InlineData(2, "--fail-on", "nonsense")]
    public void The_exit_code_follows_the_findings_asked_for(int exit, params string[] args) => Assert.Equal(exit, Lint(args).Exit);

    [Fact]
    public void Json_has_the_steps()
    {
        var finding = JsonNode.Parse(Lint("-o", "json").Stdout)!["findings"]![0]!;
        Assert.Equal(("can-become-cluster-admin", 12), ((string?)finding["code"], (int)finding["line"]!));
        Assert.Equal("an,n", (string?)finding["steps"]![0]!["actor"]!["name"]);
    }

    [Fact]
    public void Under_github_actions_findings_are_annotations() => Assert.StartsWith(
        "::warning file=-,line=12,col=4,title=can-become-cluster-admin::User `an,n` can become cluster admin, by what ClusterRoleBinding `binders` gives%0A1. " + Way,
        CommandLine.Run(new Surroundings(Dangerous) { Variables = { ["GITHUB_ACTIONS"] = "true" } }, "lint", "-f", "-").Stderr,
        StringComparison.Ordinal);

    [Fact]
    public void Two_subjects_are_compared_both_ways() => Assert.Multiple(
        () => Assert.Equal(
            new Outcome(0, "user:ben and user:sue may do the same\n", ""),
            CommandLine.Run("compare", "ben", "user:sue", "--no-default-policy", "-f", CommandLine.Shop)),
        () => Assert.Equal(
            new Outcome(
                1,
                """
                only group:support may:
                  [get list] pods, pods/log everywhere
                  [get list watch] orders in shop.example.com everywhere
                only sa:monitoring/prometheus may:
                  [get] /metrics, /metrics/*

                """,
                ""),
            CommandLine.Run("compare", "group:support", "sa:monitoring/prometheus", "--no-default-policy", "-f", CommandLine.Shop)),
        () => Assert.Equal(
            """{"verbs":["get"],"nonResourceURLs":["/metrics","/metrics/*"],"text":"[get] /metrics, /metrics/*"}""",
            JsonNode.Parse(CommandLine.Run("compare", "ann", "sa:monitoring/prometheus", "-o", "json", "--no-default-policy", "-f", CommandLine.Shop).Stdout)!["only"]![1]![0]!.ToJsonString()),
        () => Assert.Equal(2, CommandLine.Run("compare", "ann", "-f", CommandLine.Shop).Exit));

    private static Outcome Lint(params string[] args) => CommandLine.Run(new Surroundings(Dangerous), ["lint", .. args, "-f", "-"]);
}

using System.Text.Json;

namespace AuthzSim.Cli.Tests;

public sealed class ExplainTests
{
    private const string TwoWays =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
        rules:
        - {apiGroups: [""], resources: [a, b, c, d, pods], verbs: [get]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: team, namespace: shop}
        subjects: [{kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io}]
        roleRef: {kind: ClusterRole, name: reader, apiGroup: rbac.authorization.k8s.io}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: all}
        subjects: [{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]
        roleRef: {kind: ClusterRole, name: reader, apiGroup: rbac.authorization.k8s.io}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: ghost}
        subjects: [{kind: User, name: tom, apiGroup: rbac.authorization.k8s.io}]
        roleRef: {kind: ClusterRole, name: gone, apiGroup: rbac.authorization.k8s.io}

        """;

    [Fact]
    public void Yes_shows_every_path_the_servers_first() => Assert.Equal(
        new Outcome(
            0,
            """
            yes - RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "reader" to User "ann"

            2 paths allow it; the server names the first:
            1. ClusterRoleBinding all for User ann (-:13)
               -> ClusterRole reader (-:1)
               -> [get] pods, a, b and 2 more (-:5)
            2. RoleBinding shop/team for Group devs (-:7)
               -> ClusterRole reader (-:1)
               -> [get] pods, a, b and 2 more (-:5)

            """,
            ""),
        Ask("get", "pods", "-n", "shop", "--as", "ann", "--as-group", "devs"));

    [Fact]
    public void No_shows_the_nearest_misses_and_the_rule_to_add() => Assert.Equal(
        new Outcome(
            1,
            """
            no

            Nearest misses:
            - ClusterRoleBinding all: ClusterRole reader has [get] pods, a, b and 2 more, but not the verb delete (-:5)

            The smallest rule that would allow it, in a Role or ClusterRole that a RoleBinding in namespace shop gives to ann:
            - apiGroups:
              - ""
              resourceNames:
              - web
              resources:
              - pods
              verbs:
              - delete

            """,
            ""),
        Ask("delete", "pods/web", "-n", "shop", "--as", "ann"));

    [Theory]
    [InlineData("get pods -n shop --as eve", "- RoleBinding shop/team: ClusterRole reader has [get] pods, a, b and 2 more; it is for Group devs, which eve is not in (-:5)")]
    [InlineData("get pods -n test --as eve --as-group devs", "- RoleBinding shop/team: ClusterRole reader has [get] pods, a, b and 2 more; it counts in namespace shop, not in test (-:5)")]
    [InlineData("get pods -A --as eve --as-group devs", "- RoleBinding shop/team: ClusterRole reader has [get] pods, a, b and 2 more; it counts in namespace shop only, and the question is cluster-wide (-:5)")]
    [InlineData("get pods --subresource log --as ann", "- ClusterRoleBinding all: ClusterRole reader has [get] pods, a, b and 2 more, but not pods/log (-:5)")]
    [InlineData("get secrets --as tom", "- ClusterRoleBinding ghost: its ClusterRole gone does not exist (-:19)")]
    public void Each_miss_says_what_is_missing(string question, string line)
    {
        var outcome = Ask(question.Split(' '));
        Assert.Equal(1, outcome.Exit);
        Assert.Contains(line + "\n", outcome.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_near_is_said_so_and_cluster_scoped_types_need_a_cluster_role() => Assert.Equal(
        new Outcome(
            1,
            """
            no

            No rule comes near it: neither one that eve has, nor one of a group.

            The smallest rule that would allow it, in a ClusterRole that a ClusterRoleBinding gives to eve:
            - apiGroups:
              - ""
              resources:
              - nodes
              verbs:
              - list

            """,
            "Warning: resource 'nodes' is not namespace scoped\n\n"),
        Ask("list", "nodes", "--as", "eve"));

    [Fact]
    public void The_default_policy_is_no_noise()
    {
        var outcome = CommandLine.Run("explain", "get", "secrets", "--as", "myuser", "-f", CommandLine.ReadPods);
        Assert.DoesNotContain("system:masters", outcome.Stdout, StringComparison.Ordinal);
        Assert.StartsWith("no\n\nNo rule comes near it", outcome.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Masters_may_without_a_path() => Assert.Equal(
        new Outcome(0, "yes\n\nMembers of the group system:masters may do everything, whatever the policy says.\n", ""),
        Ask("get", "secrets", "--as", "root", "--as-group", "system:masters"));

    [Fact]
    public void Json_of_a_yes_has_its_members_in_order()
    {
        var json = Json(0, "get", "pods", "-n", "shop", "--as", "ann", "-o", "json");
        Assert.Equal(["allowed", "reason", "paths"], Names(json));
        Assert.Equal(["binding", "role", "rule", "subject"], Names(json.GetProperty("paths")[0]));
        Assert.Equal(["kind", "name", "location"], Names(json.GetProperty("paths")[0].GetProperty("binding")));
    }

    [Fact]
    public void Json_of_a_no_has_misses_and_the_smallest_rule()
    {
        var json = Json(1, "delete", "pods/web", "-n", "shop", "--as", "ann", "-o", "json");
        Assert.Equal(["allowed", "reason", "paths", "nearMisses", "smallestRule"], Names(json));
        var miss = json.GetProperty("nearMisses")[0];
        Assert.Equal(["binding", "role", "rule", "subject", "mismatches"], Names(miss));
        Assert.Equal("Verb", Assert.Single(miss.GetProperty("mismatches").EnumerateArray()).GetString());
        Assert.Equal(["apiGroups", "resourceNames", "resources", "verbs"], Names(json.GetProperty("smallestRule")));
    }

    [Fact]
    public void Help_describes_the_json()
    {
        var help = CommandLine.Run("explain", "-h").Stdout;
        Assert.All(
            Names(Json(1, "delete", "pods", "-n", "shop", "--as", "ann", "-o", "json")),
            name => Assert.Matches($"(?m)^  {name} ", help));
    }

    [Fact]
    public void Somebody_must_ask() => Assert.Equal(2, Ask("get", "pods").Exit);

    private static Outcome Ask(params string[] args) =>
        CommandLine.Run(new Surroundings(TwoWays), ["explain", .. args, "--no-default-policy", "-f", "-"]);

    private static JsonElement Json(int exit, params string[] args)
    {
        var outcome = Ask(args);
        Assert.Equal((exit, ""), (outcome.Exit, outcome.Stderr));
        return JsonElement.Parse(outcome.Stdout);
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}

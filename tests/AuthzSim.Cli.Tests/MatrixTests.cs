using System.Text.Json.Nodes;

namespace AuthzSim.Cli.Tests;

public sealed class MatrixTests
{
    private const string Hostile =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: r}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: b}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}
        subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "=cmd|' /C calc'!A0"}
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "</script><img src=x onerror=alert(1)>, \"q\""}
        """;

    [Fact]
    public void Capitals_are_everywhere_and_small_letters_somewhere() => Assert.Equal(
        """
        SUBJECT                    orders.shop.example.com   pods       secrets
        user:ines                  glwcupd-                  glwcupdx   glwcupdx
        group:shop-team            glwcupd-                  glwcupdx   glwcupdx
        group:support              GLW-----                  GL------   -
        sa:monitoring/prometheus   -                         -          -
        sa:shop/builder            -                         -          g-------

        G get  L list  W watch  C create  U update  P patch  D delete  X deletecollection
        capitals: in every namespace; small letters: only in some, or only objects that rules name (ask with -n)

        """,
        Shop("--resource", "orders,pods,secrets").Stdout);

    [Fact]
    public void Namespaces_have_a_line_each_and_groups_become_people() => Assert.Equal(
        """
        SUBJECT     NAMESPACE   pods/log
        user:ben    shop        GLW
        user:ben    shop-test   GLW
        user:ines   shop        -
        user:ines   shop-test   GLW

        """,
        Shop("--subject", "group:support", "--subject", "user:ines", "--subject", "user:ben", "--resource", "pods/log", "-n", "shop", "-n", "shop-test", "--groups", CommandLine.People)
            .Stdout.Split("\nG get")[0].Replace("user:sue    shop        GL-\nuser:sue    shop-test   GL-\n", "", StringComparison.Ordinal));

    [Fact]
    public void Csv_has_a_line_for_each_verb() => Assert.Equal(
        "kind,subject,subject_namespace,namespace,api_group,resource,verb,extent\r\n"
        + "Group,support,,*,,pods/log,get,full\r\nServiceAccount,builder,shop,,apps,deployments/scale,patch,some-namespaces\r\n",
        Shop("--subject", "Group/support", "--subject", "serviceaccount:shop/builder", "--resource", "pods/log,deploy/scale", "--verb", "get,patch", "-o", "csv")
            .Stdout.Replace("ServiceAccount,builder,shop,,apps,deployments/scale,get,some-namespaces\r\n", "", StringComparison.Ordinal));

    [Fact]
    public void A_spreadsheet_meets_no_formula_and_a_browser_no_script()
    {
        var csv = Run(Hostile, "-o", "csv").Stdout;
        Assert.Contains("\r\nUser,'=cmd|' /C calc'!A0,,*,,pods,get,full\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("\r\nUser,\"</script><img src=x onerror=alert(1)>, \"\"q\"\"\",,*,", csv, StringComparison.Ordinal);
        var html = Run(Hostile, "-o", "html").Stdout;
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var data = html[(html.IndexOf("id=\"data\">", StringComparison.Ordinal) + 10)..];
        var json = JsonNode.Parse(data[..data.IndexOf("</script>", StringComparison.Ordinal)])!;
        Assert.Equal("</script><img src=x onerror=alert(1)>, \"q\"", (string?)json["rows"]![0]!["name"]);
        Assert.Equal("G-------", (string?)json["cells"]![(int)json["rows"]![0]!["cells"]![0]!]!["text"]);
    }

    [Fact]
    public void Json_and_yaml_leave_out_empty_cells()
    {
        string[] question = ["--subject", "sa:shop/builder", "--resource", "secrets,nodes,/metrics", "--verb", "get", "-n", "shop"];
        var json = JsonNode.Parse(Shop([.. question, "-o", "json"]).Stdout)!;
        var cell = Assert.Single(json["subjects"]![0]!["access"]!.AsArray())!;
        Assert.Equal("""{"namespace":"shop","resource":"secrets","verbs":[],"namedObjects":["get"]}""", cell.ToJsonString());
        Assert.Contains("- access:\n  - namedObjects:\n    - get\n    namespace: shop\n", Shop([.. question, "-o", "yaml"]).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_shows_the_columns_it_has_room_for_and_says_so()
    {
        var surroundings = new Surroundings(IsTerminal: true) { Variables = { ["NO_COLOR"] = "1" } };
        var lines = CommandLine.Run(surroundings, "matrix", "-f", CommandLine.Shop).Stdout.Split('\n');
        Assert.All(lines, l => Assert.InRange(l.Contains("more resource", StringComparison.Ordinal) ? 0 : l.TrimEnd().Length, 0, 120));
        Assert.Contains(lines, l => l.Contains("not fit: choose with --resource", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("robot:x")]
    [InlineData("sa:x")]
    [InlineData("user:")]
    public void A_subject_has_three_forms(string subject) => Assert.Equal(
        new Outcome(2, "", $"error: \"{subject}\" is no subject: write user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME\n"), Shop("--subject", subject));

    private static Outcome Shop(params string[] args) => CommandLine.Run(["matrix", .. args, "-f", CommandLine.Shop]);

    private static Outcome Run(string policy, params string[] args) => CommandLine.Run(new Surroundings(policy), ["matrix", .. args, "-f", "-"]);
}

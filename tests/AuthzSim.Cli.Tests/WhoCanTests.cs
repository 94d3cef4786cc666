namespace AuthzSim.Cli.Tests;

public sealed class WhoCanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("authzsim").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_classic_example() => Assert.Equal(
        new Outcome(
            0,
            """
            BINDING                                ROLE                    NAMESPACE   SUBJECT   TYPE   SA-NAMESPACE
            ClusterRoleBinding/read-pods-binding   ClusterRole/read-pods   *           myuser    User

            """,
            ""),
        CommandLine.Run("who-can", "list", "pods", "--no-default-policy", "-f", CommandLine.ReadPods));

    [Fact]
    public void The_default_policy_has_its_say_first()
    {
        var lines = CommandLine.Run("who-can", "list", "pods", "--no-headers", "-f", CommandLine.ReadPods).Stdout.TrimEnd().Split('\n');
        Assert.StartsWith("ClusterRoleBinding/cluster-admin ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("ClusterRoleBinding/read-pods-binding ", lines[^1], StringComparison.Ordinal);
        Assert.All(lines, l => Assert.Equal(l.TrimEnd(), l));
    }

    [Fact]
    public void Wide_adds_places_and_namespaces_have_their_own_lines() => Assert.Equal(
        """
        RoleBinding/deploys   Role/deployer   shop   builder   ServiceAccount   shop   @/bindings.yaml:33   @/roles.yaml:8

        """,
        Shop("patch", "deploy", "-o", "wide", "--no-headers").Stdout.Replace(CommandLine.Shop, "@", StringComparison.Ordinal));

    [Fact]
    public void Places_in_the_default_policy_have_no_line()
    {
        var rows = CommandLine.Run("who-can", "delete", "orders", "-o", "wide", "-n", "shop", "-f", CommandLine.Shop).Stdout;
        Assert.Matches(" \\(default policy\\) +\\(default policy\\)\n", rows);
        Assert.DoesNotContain("(default policy):", rows, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_leaves_out_role_bindings_of_others()
    {
        string[] Names(params string[] more) => CommandLine
            .Run(["who-can", "delete", "orders", "-o", "name", "-f", CommandLine.Shop, .. more])
            .Stdout.TrimEnd().Split('\n').Where(n => !n.Contains("system:", StringComparison.Ordinal) && !n.Contains("kube-system", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["Group/shop-team", "User/ines"], Names());
        Assert.Equal(["Group/shop-team", "User/ines"], Names("-A"));
        Assert.Equal(["Group/shop-team"], Names("-n", "shop"));
    }

    [Fact]
    public void Service_accounts_have_their_namespace_in_their_name() => Assert.Equal(
        new Outcome(0, "ServiceAccount/monitoring/prometheus\n", ""), Shop("get", "/metrics/x", "-o", "name"));

    [Fact]
    public void Json_has_every_place() => Assert.Equal(
        """
        {
            "items": [
                {
                    "binding": {
                        "kind": "RoleBinding",
                        "namespace": "shop",
                        "name": "deploys",
                        "location": "@/bindings.yaml:33:1"
                    },
                    "role": {
                        "kind": "Role",
                        "namespace": "shop",
                        "name": "deployer",
                        "location": "@/roles.yaml:2:1"
                    },
                    "rule": {
                        "apiGroups": [
                            ""
                        ],
                        "resourceNames": [
                            "registry-login"
                        ],
                        "resources": [
                            "secrets"
                        ],
                        "verbs": [
                            "get"
                        ],
                        "location": "@/roles.yaml:18:3"
                    },
                    "subject": {
                        "kind": "ServiceAccount",
                        "name": "builder",
                        "namespace": "shop"
                    },
                    "namespace": "shop"
                }
            ]
        }

        """,
        Shop("get", "secrets/registry-login", "-o", "json").Stdout.Replace(CommandLine.Shop, "@", StringComparison.Ordinal));

    [Fact]
    public void Yaml_says_the_same() => Assert.Contains(
        "  subject:\n    kind: ServiceAccount\n    name: builder\n    namespace: shop\n",
        Shop("get", "secrets/registry-login", "-o", "yaml").Stdout, StringComparison.Ordinal);

    [Fact]
    public void Groups_become_people()
    {
        Assert.Equal(
            """
            ClusterRoleBinding/support   ClusterRole/support   *     ben   User in support
            ClusterRoleBinding/support   ClusterRole/support   *     sue   User in support

            """,
            Shop("get", "pods/web", "--subresource", "log", "--no-headers", "--groups", CommandLine.People).Stdout);
        Assert.Equal("User/ben\nUser/sue\n", Shop("get", "pods/web", "-o", "name", "--groups", CommandLine.People).Stdout);
        Assert.Contains("\"person\": \"ben\"", Shop("get", "pods/web", "-o", "json", "--groups", CommandLine.People).Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ann: [a]\nann: [b]\n", "@:2:1: `ann` is listed twice: give all groups in one list")]
    [InlineData("ann: [a]\nben: b\n", "@:2:6: expected one mapping of users to lists of groups, such as `alice: [dev, ops]`")]
    [InlineData("ann: [a]\nben: [b\n", "@:3:1: a `[` list is not closed: `,` or `]` is missing here")]
    [InlineData("ann:\n\t- b\n", "@:2:1: a tab stands where blanks must indent: YAML takes blanks only")]
    [InlineData("- ann\n", "@:1:1: expected one mapping of users to lists of groups, such as `alice: [dev, ops]`")]
    public void Errors_of_the_groups_file_have_a_place(string text, string message)
    {
        var file = Path.Combine(_folder, "groups.yaml");
        File.WriteAllText(file, text);
        var outcome = Shop("get", "pods", "--groups", file);
        Assert.Equal(new Outcome(2, "", message + "\n"), outcome with { Stderr = outcome.Stderr.Replace(file, "@", StringComparison.Ordinal) });
    }

    [Fact]
    public void A_groups_file_must_exist() => Assert.Equal(
        new Outcome(2, "", "no/such.yaml: no such file\n"), Shop("get", "pods", "--groups", "no/such.yaml"));

    [Theory]
    [InlineData("table", "")]
    [InlineData("name", "")]
    [InlineData("json", "{\n    \"items\": []\n}\n")]
    public void Nobody_is_exit_1(string format, string stdout) => Assert.Equal(
        new Outcome(1, stdout, "No subjects found with permissions to delete nodes\n"), Shop("delete", "nodes", "-o", format));

    [Fact]
    public void Usage_errors() => Assert.Multiple(
        () => Assert.Equal(
            new Outcome(1, "", "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'authzsim who-can -h' for help and examples.\n"),
            CommandLine.Run("who-can", "list")),
        () => Assert.Equal(
            new Outcome(1, "", "error: unable to match a printer suitable for the output format \"xml\", allowed formats are: json,name,table,wide,yaml\n"),
            CommandLine.Run("who-can", "list", "pods", "-o", "xml")));

    [Fact]
    public void On_a_terminal_long_names_wrap_at_their_joints_and_no_line_is_too_long()
    {
        var surroundings = new Surroundings(IsTerminal: true) { Variables = { ["NO_COLOR"] = "1" } };
        var outcome = CommandLine.Run(surroundings, "who-can", "get", "secrets", "-n", "shop", "-f", CommandLine.Shop);
        var lines = outcome.Stdout.Split('\n').Select(l => l.TrimEnd()).ToList();
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 120));
        Assert.Contains("generic-garbage-", outcome.Stdout, StringComparison.Ordinal);
        Assert.All(lines.Skip(3).Where(l => l.Length > 2 && l[2] != ' '), l => Assert.Matches("^  (Cluster)?RoleBinding/|^  [a-z:-]+( |$)", l));
    }

    private static Outcome Shop(params string[] args) => CommandLine.Run(["who-can", .. args, "--no-default-policy", "-f", CommandLine.Shop]);
}

namespace AuthzSim.Cli.Tests;

public sealed class CanITests
{
    private const string TeamPolicy =
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRole
          metadata: {name: everywhere}
          rules: [{apiGroups: [""], resources: [nodes], verbs: [get]}, {nonResourceURLs: [/healthz], verbs: [get]}]
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: Role
          metadata: {name: r, namespace: shop}
          rules: [{apiGroups: [example.com], resources: [widgets], resourceNames: ["1"], verbs: [get]}]
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRoleBinding
          metadata: {name: all}
          subjects: [{kind: Group, name: team, apiGroup: rbac.authorization.k8s.io}]
          roleRef: {kind: ClusterRole, name: everywhere, apiGroup: rbac.authorization.k8s.io}
        - apiVersion: rbac.authorization.k8s.io/v1
          kind: RoleBinding
          metadata: {name: some, namespace: shop}
          subjects: [{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]
          roleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}
        - apiVersion: v1
          kind: Namespace
          metadata: {name: empty}
        - apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata: {name: widgets.example.com}
          spec:
            group: example.com
            scope: Namespaced
            names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wg]}
            versions: [{name: v1, served: true, storage: true}]

        """;

    private static readonly string[] _team = ["-f", "-", "--no-default-policy", "--as", "ann", "--as-group", "team"];

    [Theory]
    [InlineData("list", 0, "yes\n")]
    [InlineData("delete", 1, "no\n")]
    public void The_classic_example(string verb, int exit, string stdout) => Assert.Equal(
        new Outcome(exit, stdout, ""), CommandLine.Run("can-i", verb, "pods", "--as", "myuser", "-f", CommandLine.ReadPods));

    [Fact]
    public void Custom_resources_of_the_input_resolve() => Assert.Equal(
        new Outcome(0, "yes - RBAC: allowed by RoleBinding \"some/shop\" of Role \"r\" to User \"ann\"\n", ""),
        Team("get", "wg/1", "-n", "shop", "-v"));

    [Fact]
    public void The_default_policy_joins_unless_left_out()
    {
        Assert.Equal(0, CommandLine.Run("can-i", "get", "/version", "--as", "u", "-f", CommandLine.ReadPods).Exit);
        Assert.Equal(1, CommandLine.Run("can-i", "get", "/version", "--as", "u", "-f", CommandLine.ReadPods, "--no-default-policy").Exit);
    }

    [Fact]
    public void A_service_account_brings_its_groups()
    {
        var review = CommandLine.Run("can-i", "get", "pods", "-o", "yaml", "--as", "system:serviceaccount:a:b", "-f", CommandLine.ReadPods);
        Assert.Contains(
            "  groups:\n  - system:serviceaccounts\n  - system:serviceaccounts:a\n  - system:authenticated\n", review.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_review_as_json()
    {
        var review = Team(
            "get", "wg/<1>", "-n", "shop", "--subresource", "status", "-o", "json", "--as-uid", "7", "--as-user-extra", "K=a", "--as-user-extra", "k=b=c", "--as-user-extra", "nothing");
        Assert.Equal(
            """
            {
                "kind": "SubjectAccessReview",
                "apiVersion": "authorization.k8s.io/v1",
                "metadata": {},
                "spec": {
                    "resourceAttributes": {
                        "namespace": "shop",
                        "verb": "get",
                        "group": "example.com",
                        "resource": "widgets",
                        "subresource": "status",
                        "name": "\u003c1\u003e"
                    },
                    "user": "ann",
                    "groups": [
                        "team",
                        "system:authenticated"
                    ],
                    "extra": {
                        "k": [
                            "a",
                            "b=c"
                        ]
                    },
                    "uid": "7"
                },
                "status": {
                    "allowed": false
                }
            }

            """,
            review.Stdout);
        Assert.Equal(1, review.Exit);
    }

    [Fact]
    public void A_review_as_yaml_quotes_what_would_read_as_another_type()
    {
        var review = Team("*", "wg/1", "-n", "yes", "-o", "YAML");
        Assert.Equal(
            """
            apiVersion: authorization.k8s.io/v1
            kind: SubjectAccessReview
            metadata: {}
            spec:
              groups:
              - team
              - system:authenticated
              resourceAttributes:
                group: example.com
                name: "1"
                namespace: "yes"
                resource: widgets
                verb: '*'
              user: ann
            status:
              allowed: false

            """,
            review.Stdout);
    }

    [Fact]
    public void A_url_as_json_has_no_namespace() => Assert.Contains(
        "\"nonResourceAttributes\": {\n            \"path\": \"/healthz\",\n            \"verb\": \"get\"\n        }",
        Team("get", "/healthz", "-n", "shop", "-o", "json").Stdout,
        StringComparison.Ordinal);

    [Fact]
    public void The_list_of_a_namespace_with_the_bindings_that_grant_each_line() => Assert.Equal(
        """
        Resources             Non-Resource URLs   Resource Names   Verbs   Granted By
                              [/healthz]          []               [get]   ClusterRoleBinding/all
        nodes                 []                  []               [get]   ClusterRoleBinding/all
        widgets.example.com   []                  [1]              [get]   RoleBinding/shop/some

        """,
        Team("--list", "-n", "shop", "-o", "wide").Stdout);

    [Fact]
    public void The_list_of_all_namespaces_has_what_holds_everywhere_once() => Assert.Equal(
        """
        NAMESPACE   Resources             Non-Resource URLs   Resource Names   Verbs
        *                                 [/healthz]          []               [get]
        *           nodes                 []                  []               [get]
        shop        widgets.example.com   []                  [1]              [get]

        """,
        Team("--list", "-A").Stdout);

    [Fact]
    public void The_list_without_headers_has_narrower_columns() => Assert.Equal(
        "        [/healthz]   []    [get]\nnodes   []           []    [get]\n", Team("--list", "--no-headers").Stdout);

    [Fact]
    public void The_list_of_nothing_is_the_header_alone()
    {
        string[] nobody = ["can-i", "--list", "--as", "nobody", "-f", CommandLine.ReadPods, "--no-default-policy"];
        Assert.Equal(new Outcome(0, "Resources   Non-Resource URLs   Resource Names   Verbs\n", ""), CommandLine.Run(nobody));
        Assert.Equal(new Outcome(0, "", ""), CommandLine.Run([.. nobody, "--no-headers"]));
    }

    [Fact]
    public void The_list_as_a_rules_review()
    {
        Assert.Equal(
            """
            apiVersion: authorization.k8s.io/v1
            kind: SelfSubjectRulesReview
            metadata: {}
            spec:
              namespace: shop
            status:
              incomplete: false
              nonResourceRules:
              - nonResourceURLs:
                - /healthz
                verbs:
                - get
              resourceRules:
              - apiGroups:
                - ""
                resources:
                - nodes
                verbs:
                - get
              - apiGroups:
                - example.com
                resourceNames:
                - "1"
                resources:
                - widgets
                verbs:
                - get

            """,
            Team("--list", "-n", "shop", "-o", "yaml").Stdout);
        var all = Team("--list", "-A", "-o", "yaml").Stdout;
        Assert.StartsWith("apiVersion: v1\nitems:\n", all, StringComparison.Ordinal);
        Assert.Equal(["empty", "shop"], all.Split('\n').Where(l => l.Contains(" namespace: ", StringComparison.Ordinal)).Select(l => l.Split(": ")[1]));
    }

    [Fact]
    public void A_terminal_gets_a_drawn_table_and_coloured_warnings_unless_told_otherwise()
    {
        var drawn = CommandLine.Run(new Surroundings(TeamPolicy, IsTerminal: true), ["can-i", "--list", "-n", "shop", .. _team]);
        Assert.Contains("\e[1mVerbs\e[0m", drawn.Stdout, StringComparison.Ordinal);
        Assert.Contains("widgets.example.com", drawn.Stdout, StringComparison.Ordinal);
        var warned = CommandLine.Run(new Surroundings(TeamPolicy, IsTerminal: true), ["can-i", "get", "foo", .. _team]);
        Assert.StartsWith("\e[33;1mWarning:\e[0m the server doesn't have a resource type 'foo'\n\n", warned.Stderr, StringComparison.Ordinal);

        var noColor = new Surroundings(TeamPolicy, IsTerminal: true) { Variables = { ["NO_COLOR"] = "" } };
        var plain = CommandLine.Run(noColor, ["can-i", "--list", "-n", "shop", .. _team]);
        Assert.DoesNotContain("\e", plain.Stdout, StringComparison.Ordinal);
        Assert.Contains("widgets.example.com", plain.Stdout, StringComparison.Ordinal);
        var dumb = noColor with { Input = TeamPolicy, Variables = new() { ["TERM"] = "dumb" } };
        Assert.StartsWith("Warning: ", CommandLine.Run(dumb, ["can-i", "get", "foo", .. _team]).Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: --no-headers cannot be set without --list specified\n", "get", "pods", "--no-headers")]
    [InlineData("error: list option must be specified with no arguments\n", "get", "pods", "--list")]
    [InlineData("error: list option can't be specified with neither quiet nor subresource options\n", "--list", "-q")]
    [InlineData("error: list option can't be specified with neither quiet nor subresource options\n", "--list", "--subresource", "log")]
    [InlineData("error: --subresource can not be used with NonResourceURL\n", "get", "/x", "--subresource", "log")]
    [InlineData("error: unable to match a printer suitable for the output format \"wide\", allowed formats are: json,yaml\n", "get", "pods", "-o", "wide")]
    [InlineData("error: unable to match a printer suitable for the output format \"name\", allowed formats are: json,table,wide,yaml\n", "--list", "-o", "name")]
    public void Contradictions_are_refused_as_kubectl_refuses_them(string stderr, params string[] args) =>
        Assert.Equal(new Outcome(1, "", stderr), Team(args));

    [Fact]
    public void Without_a_user_the_error_says_what_to_give()
    {
        var outcome = CommandLine.Run("can-i", "get", "pods", "-f", CommandLine.ReadPods);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("--as USER", outcome.Stderr, StringComparison.Ordinal);
        var half = CommandLine.Run("can-i", "get", "pods", "-f", CommandLine.ReadPods, "--as-group", "g");
        Assert.Equal((1, "error: requesting uid, groups or user-extra without a user: give --as USER as well\n"), (half.Exit, half.Stderr));
    }

    [Theory]
    [InlineData("--as-group", "g")]
    [InlineData("--as-uid", "1")]
    [InlineData("--as-user-extra", "a=b")]
    public void Attributes_without_a_user_are_refused_in_the_identitys_name(string flag, string value) => Assert.Equal(
        new Outcome(1, "", "error: requesting uid, groups or user-extra for a without impersonating a user\n"),
        CommandLine.Run(new Surroundings(Default: Surroundings.Admin), "can-i", "get", "pods", "-f", CommandLine.ReadPods, flag, value));

    [Fact]
    public void Without_a_policy_the_error_says_what_to_give()
    {
        var outcome = CommandLine.Run("can-i", "get", "pods", "--as", "u");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("-f policy/", outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_of_the_input_has_its_place_and_stops_the_command_unless_skipped()
    {
        const string Bad = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: team}\nrules:\n- verb: [get]\n";
        var stopped = CommandLine.Run(new Surroundings(Bad), "can-i", "get", "pods", "--as", "u", "-f", "-");
        Assert.Equal((2, ""), (stopped.Exit, stopped.Stdout));
        Assert.StartsWith("-:5:", stopped.Stderr, StringComparison.Ordinal);
        var skipped = CommandLine.Run(new Surroundings(Bad), "can-i", "get", "pods", "--as", "u", "-f", "-", "--skip-invalid");
        Assert.Equal((1, "no\n"), (skipped.Exit, skipped.Stdout));
        Assert.StartsWith("Warning: -:5:", skipped.Stderr, StringComparison.Ordinal);
        Assert.Contains("left out", skipped.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_stops_the_command()
    {
        var outcome = CommandLine.Run("can-i", "get", "pods", "--as", "u", "-f", "no/such/file.yaml");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("no/such/file.yaml", outcome.Stderr, StringComparison.Ordinal);
    }

    private static Outcome Team(params string[] args) => CommandLine.Run(new Surroundings(TeamPolicy), ["can-i", .. args, .. _team]);
}

namespace AuthzSim.Cli.Tests;

public sealed class ValidateTests
{
    private const string V1 = "apiVersion: rbac.authorization.k8s.io/v1\n";

    private const string LostIndentation = V1 +
        """
        kind: Role
        metadata:
        name: a
        namespace: shop
        rules:
        - apiGroups: [""]
        resources: [pods]
        verbs: [get]
        """;

    private const string NoKindOfSubject = V1 +
        """
        kind: RoleBinding
        metadata: {name: b, namespace: shop}
        subjects:
        - {kind: User, name: ann}
        - {name: tom}
        - {kind: Group, name: devs, apiGroup: rbac}
        roleRef: {kind: Role, name: nothing}
        """;

    private const string VerbForVerbs = V1 +
        """
        kind: ClusterRole
        metadata: {name: c}
        rules:
        - apiGroups: [""]
          resources: [pods]
          verb: [get]
        """;

    private const string UnquotedYes = V1 +
        """
        kind: ClusterRoleBinding
        metadata: {name: e, labels: {keep: yes}}
        subjects:
        - {kind: User, name: 1, apiGroup: rbac.authorization.k8s.io}
        roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
        """;

    private const string Twice = V1 + "kind: ClusterRole\nmetadata: {name: d}\nrules: []\n---\n" + V1 + "kind: ClusterRole\nmetadata: {name: d}\nrules: []\n";

    private const string DoesNothing = V1 +
        """
        kind: Role
        metadata: {name: r, namespace: shop}
        rules:
        - {apiGroups: [""], resources: [Pods], verbs: [get]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: b, namespace: shop}
        subjects: [{kind: User, name: ann}]
        roleRef: {kind: Role, name: nothing}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: empty}
        roleRef: {kind: ClusterRole, name: view}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: p}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: s}}
        """;

    public static TheoryData<string, string> Trouble => new()
    {
        {
            LostIndentation,
            """
            -:4:1: unknown field `name`: it is a field of `metadata`: was its indentation lost?
            -:5:1: unknown field `namespace`: it is a field of `metadata`: was its indentation lost?
            -:8:1: unknown field `resources`: it is a field of a rule: was its indentation lost?
            -:9:1: unknown field `verbs`: it is a field of a rule: was its indentation lost?

            """
        },
        {
            NoKindOfSubject,
            """
            -:6:4: RoleBinding `b`: subjects[1].kind: Unsupported value: "": supported values: "ServiceAccount", "User", "Group"
            -:7:29: RoleBinding `b`: subjects[2].apiGroup: Unsupported value: "rbac": supported values: "rbac.authorization.k8s.io"

            """
        },
        { VerbForVerbs, "-:7:3: rules[0]: unknown field `verb`: did you mean `verbs`?\n" },
        {
            UnquotedYes,
            """
            -:3:36: metadata.labels.keep: `yes` is a boolean where text is needed: quote it, `"yes"`
            -:5:22: subjects[0].name: `1` is a number where text is needed: quote it, `"1"`

            """
        },
    };

    [Theory]
    [MemberData(nameof(Trouble))]
    public void Trouble_stops_every_command_with_all_problems(string policy, string stderr)
    {
        var surroundings = new Surroundings(policy);
        Assert.Equal(new Outcome(2, "", stderr), CommandLine.Run(surroundings, "can-i", "get", "pods", "--as", "ann", "-f", "-"));
        Assert.Equal(new Outcome(2, "", stderr), CommandLine.Run(surroundings, "explain", "get", "pods", "--as", "ann", "-f", "-"));
        Assert.Equal(new Outcome(2, "", stderr), CommandLine.Run(surroundings, "who-can", "get", "pods", "-f", "-"));
    }

    [Theory]
    [MemberData(nameof(Trouble))]
    public void Validate_lists_the_same_problems_on_standard_output(string policy, string stderr)
    {
        var outcome = Validate(policy);
        Assert.Equal((2, ""), (outcome.Exit, outcome.Stderr));
        var lines = outcome.Stdout.TrimEnd().Split('\n');
        Assert.Equal(stderr.TrimEnd().Split('\n'), lines[..^1].Select(l => l[..l.LastIndexOf(" (", StringComparison.Ordinal)].Replace(": error: ", ": ", StringComparison.Ordinal)));
        Assert.Equal($"1 file: {Count(lines.Length - 1, "error")}, 0 warnings", lines[^1]);
    }

    [Theory]
    [MemberData(nameof(Trouble))]
    public void Skip_invalid_carries_on_without_the_document_and_says_so(string policy, string stderr)
    {
        var outcome = CommandLine.Run(
            new Surroundings(policy), "can-i", "list", "pods", "--as", "myuser", "--skip-invalid", "-f", "-", "-f", CommandLine.ReadPods);
        Assert.Equal((0, "yes\n"), (outcome.Exit, outcome.Stdout));
        Assert.Equal(
            string.Concat(stderr.TrimEnd().Split('\n').Select(l => $"Warning: {l}\n")) + "Warning: documents left out because of these errors: 1\n",
            outcome.Stderr.Replace("Warning: -: no roles or bindings found\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_duplicate_is_a_warning_with_both_places()
    {
        const string Message = "ClusterRole `d` is given twice: this one replaces the one at -:1:1";
        Assert.Equal(new Outcome(0, $"-:6:1: warning: {Message} (duplicate-object)\n1 file: 0 errors, 1 warning\n", ""), Validate(Twice));
        Assert.Equal(
            new Outcome(1, "no\n", $"Warning: -:6:1: {Message}\n"),
            CommandLine.Run(new Surroundings(Twice), "can-i", "get", "pods", "--as", "ann", "-f", "-"));
    }

    [Fact]
    public void What_does_nothing_is_a_warning_with_its_own_code() => Assert.Equal(
        new Outcome(
            0,
            """
            -:5:4: warning: resource `Pods` never matches: resources are lower-case plurals, such as `pods` (never-matches)
            -:13:1: warning: ClusterRoleBinding `empty` has no subjects: it grants nothing to anybody (no-subjects)
            -:7:1: warning: RoleBinding `b` refers to Role `nothing`, which does not exist in namespace `shop`: it grants nothing (dangling-role-ref)
            1 file: 0 errors, 3 warnings; other kinds passed over: 1 Pod, 1 Secret

            """,
            ""),
        Validate(DoesNothing));

    [Fact]
    public void Json_lists_all_problems() => Assert.Equal(
        new Outcome(
            2,
            """
            {
                "files": 1,
                "errors": 1,
                "warnings": 0,
                "passedOver": {},
                "problems": [
                    {
                        "severity": "error",
                        "code": "unknown-field",
                        "path": "-",
                        "line": 7,
                        "column": 3,
                        "message": "rules[0]: unknown field `verb`: did you mean `verbs`?"
                    }
                ]
            }

            """,
            ""),
        Validate(VerbForVerbs, "-o", "json"));

    [Fact]
    public void Yaml_counts_what_was_passed_over() =>
        Assert.StartsWith("errors: 0\nfiles: 1\npassedOver:\n  Pod: 1\n  Secret: 1\nproblems:\n- code: never-matches\n", Validate(DoesNothing, "-o", "yaml").Stdout, StringComparison.Ordinal);

    [Fact]
    public void The_examples_are_without_fault() => Assert.Equal(
        new Outcome(0, "9 files: 0 errors, 0 warnings; other kinds passed over: 1 Config, 2 Pod, 2 PolicyTest, 1 Secret\n", ""),
        CommandLine.Run("validate", "-f", Path.Combine(CommandLine.Root, "fixtures", "examples")));

    [Fact]
    public void The_default_policy_itself_gives_no_cause_for_complaint() => Assert.Equal(
        new Outcome(0, "1 file: 0 errors, 0 warnings\n", ""),
        CommandLine.Run("validate", "--no-default-policy", "-f", Path.Combine(CommandLine.Root, "fixtures", "conformance", "bootstrap-policy.json")));

    [Fact]
    public void A_real_clusters_dump_has_only_its_dangling_references() => Assert.Equal(
        ["ClusterRoleBinding `dangling`", "RoleBinding `gone`"],
        CommandLine.Run("validate", "-f", CommandLine.Cluster).Stdout.Split('\n')[..^2].Select(l => l.Split("warning: ")[1].Split(" refers")[0]));

    [Fact]
    public void A_missing_file_and_a_wrong_format_are_errors()
    {
        Assert.Equal(2, CommandLine.Run("validate", "-f", "no/such/folder").Exit);
        Assert.Equal(2, CommandLine.Run("validate").Exit);
        Assert.Equal(1, CommandLine.Run("validate", "-f", CommandLine.ReadPods, "-o", "name").Exit);
    }

    private static Outcome Validate(string policy, params string[] more) => CommandLine.Run(new Surroundings(policy), ["validate", "-f", "-", .. more]);

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace AuthzSim.Cli.Tests;

/// <summary>The command <c>test</c>.</summary>
public sealed class PolicyTestTests : IDisposable
{
    private const string Head = "apiVersion: authzsim.io/v1\nkind: PolicyTest\nmetadata:\n  name: shop\n";

    /// <summary>One case passes and two fail.</summary>
    private const string Mixed = Head + """
        allow:
        - {groups: [support], verbs: [get, delete], resources: [orders.shop.example.com], namespaces: [shop]}
        never:
        - name: secrets
          verbs: [list]
          resources: [secrets]
          except: {groups: [shop-team]}
        """;

    private readonly TemporaryFolder _folder = new();

    private static string Tests => Path.Combine(CommandLine.Root, "fixtures", "examples", "shop-tests");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_passes_and_touches_everything()
    {
        var outcome = CommandLine.Run("test", Tests, "-f", CommandLine.Shop, "--coverage", "--min-coverage", "100");
        Assert.Equal((0, ""), (outcome.Exit, outcome.Stderr));
        Assert.EndsWith(
            "shop.yaml (71 passed)\n\nEvery binding and every rule is touched.\n\n71 passed, 0 failed; 100% covered (5 of 5 bindings, 6 of 6 rules)\n",
            outcome.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_are_shown_with_what_was_answered_and_why()
    {
        var (file, outcome) = Run(Mixed);
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stderr));
        Assert.Equal(
            $"""
            FAIL {file} (2 of 3 failed)
              FAIL group support may delete orders.shop.example.com in shop ({file}:6)
                   nearest: ClusterRoleBinding support: ClusterRole support has [get list watch] orders in shop.example.com, but not the verb delete (SHOP/orders.yaml:32)
                   nearest: RoleBinding shop/team: ClusterRole edit has [create update patch delete] orders in shop.example.com; it is for Group shop-team, which a member of support is not in (SHOP/orders.yaml:48)
              FAIL secrets: nobody may list secrets of any name in all namespaces ({file}:8)
                   User ines may list secrets in shop-test
                     in all: in shop-test: list; groups ""; resources secrets
                     by RoleBinding shop-test/team for User ines (SHOP/bindings.yaml:16)
                        -> ClusterRole admin (default policy)
                        -> [get list watch] secrets, pods/attach, pods/exec and 3 more (default policy)

            1 passed, 2 failed

            """,
            outcome.Stdout.Replace(CommandLine.Shop, "SHOP", StringComparison.Ordinal));
    }

    [Fact]
    public void Verbose_lists_the_cases_that_pass_and_run_chooses_among_them()
    {
        var (file, outcome) = Run(Mixed, "-v", "--run", "may get");
        Assert.Equal(
            new Outcome(0, $"ok   {file} (1 passed)\n  ok   group support may get orders.shop.example.com in shop\n\n1 passed, 0 failed\n", ""), outcome);
        Assert.Equal((2, "error: no case has a name that matches `zzz`\n"), (Run(Mixed, "--run", "zzz").Outcome is { } none ? (none.Exit, none.Stderr) : default));
        Assert.Equal(2, Run(Mixed, "--run", "(").Outcome.Exit);
    }

    [Fact]
    public void On_a_terminal_the_verdict_is_coloured_but_not_under_NO_COLOR()
    {
        var file = _folder.Write("test.yaml", Encoding.UTF8.GetBytes(Mixed));
        string[] args = ["test", file, "-f", CommandLine.Shop];
        Assert.StartsWith("\e[31;1mFAIL\e[0m ", CommandLine.Run(new Surroundings(IsTerminal: true), args).Stdout, StringComparison.Ordinal);
        var plain = new Surroundings(IsTerminal: true) { Variables = new() { ["NO_COLOR"] = "1" } };
        Assert.StartsWith("FAIL ", CommandLine.Run(plain, args).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_has_a_suite_for_each_test_and_a_case_for_each_case()
    {
        var (file, outcome) = Run(Mixed, "-o", "junit");
        Assert.Equal((1, ""), (outcome.Exit, outcome.Stderr));
        var root = XDocument.Parse(outcome.Stdout).Root!;
        AssertIsJUnit(root);
        Assert.Equal(("3", "2"), ((string?)root.Attribute("tests"), (string?)root.Attribute("failures")));
        var cases = root.Element("testsuite")!.Elements("testcase").ToList();
        Assert.Equal(["shop"], cases.Select(c => (string?)c.Attribute("classname")).Distinct());
        Assert.Equal([(file, "6"), (file, "6"), (file, "8")], cases.Select(c => ((string?)c.Attribute("file"), (string?)c.Attribute("line"))));
        var failure = cases[2].Element("failure")!;
        Assert.Equal(("User ines may list secrets in shop-test", "never"), ((string?)failure.Attribute("message"), (string?)failure.Attribute("type")));
        Assert.StartsWith($"{file}:8:3\n", failure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_stays_well_formed_whatever_names_hold()
    {
        var (_, outcome) = Run(Head + "allow: [{name: \"<&\\u0001\\\"]]>😀\", users: [\"a<b\"], verbs: [get], nonResourceURLs: [/x]}]", "-o", "junit");
        var @case = XDocument.Parse(outcome.Stdout).Descendants("testcase").Single();
        Assert.Equal("<&\uFFFD\"]]>😀: user a<b may get /x", (string?)@case.Attribute("name"));
    }

    [Fact]
    public void Json_has_the_findings_with_paths_and_near_misses()
    {
        var (file, outcome) = Run(Mixed, "-o", "json", "--coverage");
        var json = JsonNode.Parse(outcome.Stdout)!;
        Assert.Equal((1, 2), ((int)json["passed"]!, (int)json["failed"]!));
        var cases = json["tests"]![0]!["cases"]!.AsArray();
        Assert.Equal($"{file}:6:4", (string?)cases[0]!["location"]);
        Assert.StartsWith("ClusterRoleBinding support", (string?)cases[1]!["findings"]![0]!["nearMisses"]![0], StringComparison.Ordinal);
        Assert.Equal("ines", (string?)cases[2]!["findings"]![0]!["subject"]!["name"]);
        Assert.Equal("team", (string?)cases[2]!["findings"]![0]!["paths"]![0]!["binding"]!["name"]);
        Assert.Equal(5, (int)json["coverage"]!["bindings"]!["total"]!);
        Assert.Contains("untouched:", Run(Mixed, "-o", "yaml", "--coverage").Outcome.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void GitHub_gets_an_annotation_for_each_assertion_that_fails()
    {
        var file = _folder.Write("a,b%.yaml", Encoding.UTF8.GetBytes(Mixed));
        var action = new Surroundings { Variables = new() { ["GITHUB_ACTIONS"] = "true", ["GITHUB_WORKSPACE"] = Path.GetDirectoryName(file)! } };
        var lines = CommandLine.Run(action, "test", file, "-f", CommandLine.Shop).Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("::error file=a%2Cb%25.yaml,line=6,col=4,title=group support may delete orders.shop.example.com in shop::nearest: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("::error file=a%2Cb%25.yaml,line=8,col=3,title=secrets%3A nobody may ", lines[1], StringComparison.Ordinal);
        Assert.Contains("%0A  by RoleBinding shop-test/team for User ines (", lines[1], StringComparison.Ordinal);
        Assert.Empty(Run(Mixed).Outcome.Stderr);
    }

    [Fact]
    public void Too_little_coverage_fails()
    {
        var (_, outcome) = Run(Mixed, "--run", "may get", "--min-coverage", "50%");
        Assert.Equal((1, "coverage is 18.2%, less than --min-coverage 50; --coverage lists what no case touches\n"), (outcome.Exit, outcome.Stderr));
        Assert.Contains("; 18.2% covered (1 of 5 bindings, 1 of 6 rules)\n", outcome.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, Run(Mixed, "--run", "may get", "--min-coverage", "18").Outcome.Exit);
        Assert.Equal(2, Run(Mixed, "--min-coverage", "101").Outcome.Exit);
    }

    [Theory]
    [InlineData("no tests given", "test", "-f", "x")]
    [InlineData("not both", "test", "-", "-f", "-")]
    [InlineData("cannot be watched", "test", "-", "-f", "x", "--watch")]
    [InlineData("no such file or folder", "test", "/none.yaml", "-f", "fixtures/examples/shop")]
    public void What_cannot_be_is_refused(string text, params string[] args)
    {
        var outcome = CommandLine.Run([.. args.Select(a => a.StartsWith("fixtures/", StringComparison.Ordinal) ? CommandLine.Shop : a)]);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(text, outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelled_field_ends_it_with_its_place()
    {
        var (file, outcome) = Run(Head + "allow:\n- user: [a]\n  verbs: [get]\n  nonResourceURLs: [/x]\n");
        Assert.Equal(2, outcome.Exit);
        Assert.StartsWith($"{file}:6:3: allow[0]: unknown field `user`: did you mean `users`?\n", outcome.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_runs_again_when_a_file_changes_and_ends_with_the_last_result()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var file = _folder.Write("test.yaml", Encoding.UTF8.GetBytes(Mixed));
        using var interruption = new CancellationTokenSource();
        using var output = new SharedWriter();
        using var error = new SharedWriter();
        var run = Task.Run(
            () => AuthzSimCommand.Run(
                ["test", file, "-f", CommandLine.Shop, "--watch"],
                new CommandContext { Output = output, Error = error, Interruption = () => interruption.Token }),
            cancellation);
        await Until(() => Count(error, "watching 5 files; Ctrl-C ends\n") == 1, cancellation);
        Assert.EndsWith("1 passed, 2 failed\n", output.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, Head + "allow:\n- nobody\n", cancellation);
        await Until(() => Count(error, "watching 5 files; Ctrl-C ends\n") == 2, cancellation);
        Assert.Contains(":6:3: allow[0]: ", error.ToString(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, Head + "allow:\n- {groups: [support], verbs: [get], resources: [ord], namespaces: [shop]}\n", cancellation);
        await Until(() => Count(error, "watching 5 files; Ctrl-C ends\n") == 3, cancellation);
        Assert.EndsWith("\n1 passed, 0 failed\n", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output.ToString());

        await interruption.CancelAsync();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(30), cancellation));
    }

    private static async Task Until(Func<bool> condition, CancellationToken cancellation)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 600, "it takes too long");
            await Task.Delay(50, cancellation);
        }
    }

    private static int Count(SharedWriter writer, string text) => writer.ToString().Split(text).Length - 1;

    private (string File, Outcome Outcome) Run(string test, params string[] args)
    {
        var file = _folder.Write("test.yaml", Encoding.UTF8.GetBytes(test));
        return (file, CommandLine.Run(["test", file, "-f", CommandLine.Shop, .. args]));
    }

    /// <summary>A text that one thread writes and another reads.</summary>
    private sealed class SharedWriter : StringWriter
    {
        private readonly Lock _lock = new();

        public override void Write(char value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                base.Write(value);
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return base.ToString();
            }
        }
    }

    /// <summary>What the schemas of Jenkins' and Maven's readers agree on.</summary>
    private static void AssertIsJUnit(XElement root)
    {
        Assert.Equal("testsuites", root.Name.LocalName);
        AssertCounts(root, [.. root.Descendants("testcase")]);
        Assert.NotEmpty(root.Elements());
        foreach (var suite in root.Elements())
        {
            Assert.Equal("testsuite", suite.Name.LocalName);
            Assert.NotEmpty((string?)suite.Attribute("name") ?? "");
            AssertCounts(suite, [.. suite.Elements("testcase")]);
            foreach (var @case in suite.Elements())
            {
                Assert.Equal("testcase", @case.Name.LocalName);
                Assert.All((string[])["name", "classname"], name => Assert.NotEmpty((string?)@case.Attribute(name) ?? ""));
                Assert.All(@case.Elements(), e => Assert.Equal("failure", e.Name.LocalName));
                Assert.All(@case.Elements(), e => Assert.All((string[])["message", "type"], name => Assert.NotEmpty((string?)e.Attribute(name) ?? "")));
            }
        }
    }

    private static void AssertCounts(XElement element, List<XElement> cases)
    {
        Assert.Equal(cases.Count, (int?)element.Attribute("tests"));
        Assert.Equal(cases.Count(c => c.Element("failure") is not null), (int?)element.Attribute("failures"));
        Assert.Equal((0, 0), ((int?)element.Attribute("errors"), (int?)element.Attribute("skipped")));
    }
}

using System.Text;
using System.Text.Json;
using AuthzSim.Analysis;
using AuthzSim.Formats.Answers;
using AuthzSim.Impact;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck.Xunit;
using Make = AuthzSim.Tests.Analysis.Given;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>The log that code scanning reads.</summary>
public sealed class DiffSarifTests
{
    private static readonly PolicySet _secretReaders = new()
    {
        ClusterRoles = [DiffReports.Role("ops", "./roles/ops team.yaml", Make.Rule("get", "pods"), Make.Rule("get", "secrets"))],
        ClusterRoleBindings = [DiffReports.Binding("ops", "ops", "bindings.yaml", Make.Group("devs"), Make.User("ann"))],
    };

    [Fact]
    public void A_risk_is_a_result_at_the_rule_that_causes_it()
    {
        var result = Assert.Single(ResultsOf(DiffReports.Of(new PolicySet(), _secretReaders)));

        Assert.Equal(RiskCodes.Secrets, result.GetProperty("ruleId").GetString());
        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.Equal(
            "Group devs and 1 more gains [get] secrets everywhere: reads secrets, which hold passwords, keys and tokens",
            result.GetProperty("message").GetProperty("text").GetString());
        Assert.Equal(
            """{"artifactLocation":{"uri":"roles/ops%20team.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":4}}""",
            Compact(result.GetProperty("locations")[0].GetProperty("physicalLocation")));
        Assert.Equal(
            """[{"fullyQualifiedName":"Group devs","kind":"subject"},{"fullyQualifiedName":"User ann","kind":"subject"}]""",
            Compact(result.GetProperty("locations")[0].GetProperty("logicalLocations")));
        Assert.Equal(
            ["ClusterRoleBinding ops", "ClusterRole ops"],
            result.GetProperty("relatedLocations").EnumerateArray().Select(l => l.GetProperty("message").GetProperty("text").GetString()));
    }

    [Fact]
    public void A_rule_is_scored_by_its_worst_result()
    {
        var rule = Log(DiffReports.Of(new PolicySet(), _secretReaders)).GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];

        Assert.Equal(RiskCodes.Secrets, rule.GetProperty("id").GetString());
        Assert.Equal("8.0", rule.GetProperty("properties").GetProperty("security-severity").GetString());
    }

    [Fact]
    public void A_loss_is_a_note_where_it_was_allowed()
    {
        var result = Assert.Single(ResultsOf(DiffReports.Of(_secretReaders, new PolicySet())));

        Assert.Equal(("access-lost", "note"), (result.GetProperty("ruleId").GetString(), result.GetProperty("level").GetString()));
        Assert.Equal(3, StartLineOf(result));
    }

    [Theory]
    [InlineData(DefaultPolicy.Path, "bindings.yaml")]
    [InlineData(null, "bindings.yaml")]
    [InlineData("roles.yaml", "roles.yaml")]
    public void A_rule_in_no_file_is_told_at_its_binding(string? file, string expected)
    {
        var policy = _secretReaders with
        {
            ClusterRoles = [Make.ClusterRole("ops", Make.Rule("get", "secrets") with { Location = new SourceLocation(file, file is null ? 0 : 9, 1) })],
        };

        Assert.Equal(expected, UriOf(Assert.Single(ResultsOf(DiffReports.Of(new PolicySet(), policy)))));
    }

    [Fact]
    public void Without_any_file_the_subject_is_the_place()
    {
        var policy = new PolicySet
        {
            ClusterRoles = [Make.ClusterRole("ops", Make.Rule("get", "secrets"))],
            ClusterRoleBindings = [Make.Everywhere("ops", "ops", Make.User("ann"))],
        };

        Assert.False(Assert.Single(ResultsOf(DiffReports.Of(new PolicySet(), policy))).GetProperty("locations")[0].TryGetProperty("physicalLocation", out _));
    }

    [Theory]
    [InlineData("a/b.yaml", "a/b.yaml", true)]
    [InlineData("./a//b.yaml", "a/b.yaml", true)]
    [InlineData("../a.yaml", "../a.yaml", true)]
    [InlineData("c:d#e?f%20 é.yaml", "c%3Ad%23e%3Ff%2520%20%C3%A9.yaml", true)]
    [InlineData("/srv/a b.yaml", "file:///srv/a%20b.yaml", false)]
    public void Paths_become_encoded_references(string path, string uri, bool isRelative)
    {
        Assert.Equal(uri, SarifPlace.UriOf(path, out var actual));
        Assert.Equal(isRelative, actual);
    }

    [Fact]
    public void What_is_agreed_is_suppressed_and_exceptions_of_no_use_are_told()
    {
        AccessException[] exceptions =
        [
            new([Make.Group("devs"), Make.User("ann")], AccessSet.Everything, "OPS-7", DiffReports.Today, DiffReports.At("allow.yaml", 2)),
            new([Make.User("ann")], AccessSet.Everything, "old", DiffReports.Today.AddDays(-1), DiffReports.At("allow.yaml", 5)),
            new([Make.User("bob")], AccessSet.Everything, "left", DiffReports.Today, DiffReports.At("allow.yaml", 9)),
        ];
        var results = ResultsOf(DiffReports.Of(new PolicySet(), _secretReaders, exceptions));

        Assert.Equal(["access-agreed", "exception-expired", "exception-unused"], results.Select(r => r.GetProperty("ruleId").GetString()));
        Assert.Equal(["note", "warning", "note"], results.Select(r => r.GetProperty("level").GetString()));
        Assert.Equal(
            """[{"kind":"external","status":"accepted","justification":"OPS-7 (until 2026-06-01)"}]""", Compact(results[0].GetProperty("suppressions")));
        Assert.Equal([5, 9], results[1..].Select(StartLineOf));
    }

    [Fact]
    public void A_refused_edit_is_an_error_and_people_have_results()
    {
        var report = DiffReports.Of(new PolicySet(), _secretReaders, UserInfo.Of("eve", "devs")) with
        {
            Refused = [new RefusedEdit("apply Role a", "is invalid", DiffReports.At("a.yaml", 2)), new RefusedEdit("delete Role b", "not found", default)],
        };
        var results = ResultsOf(report);

        Assert.Equal(["edit-refused", "edit-refused", "secrets", "secrets"], results.Select(r => r.GetProperty("ruleId").GetString()));
        Assert.All(results, r => Assert.Equal("error", r.GetProperty("level").GetString()));
        Assert.Equal("apply Role a: is invalid", results[0].GetProperty("message").GetProperty("text").GetString());
        Assert.Equal(2, StartLineOf(results[0]));
        Assert.False(results[1].TryGetProperty("locations", out _));
        Assert.StartsWith("eve (group devs) gains ", results[3].GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprints_stay_when_files_move_and_differ_between_results()
    {
        var moved = _secretReaders with
        {
            ClusterRoles = [DiffReports.Role("ops", "elsewhere.yaml", Make.Rule("get", "secrets"), Make.Rule("get", "pods"))],
        };
        string?[] first = [.. Fingerprints(DiffReports.Of(new PolicySet(), _secretReaders))];

        Assert.Equal(first, Fingerprints(DiffReports.Of(new PolicySet(), moved)));
        Assert.Equal(500, Fingerprints(DiffReports.OfUsers(500, i => $"user-{i}")).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void No_change_is_a_log_without_results()
    {
        Assert.Empty(SarifStructure.ProblemsOf(Log(DiffReports.Nothing)));
        Assert.Empty(ResultsOf(DiffReports.Nothing));
    }

    [Theory]
    [MemberData(nameof(DiffMarkdownTests.HostileTexts), MemberType = typeof(DiffMarkdownTests))]
    public void Any_text_makes_a_valid_log_of_visible_lines(string text)
    {
        var log = Log(DiffReports.SayingEverywhere(text));

        Assert.Empty(SarifStructure.ProblemsOf(log));
        Assert.All(TextsOf(log), t => Assert.DoesNotContain(t, char.IsControl));
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(DiffArbitraries)])]
    public void Whatever_changed_the_log_is_valid_and_the_bytes_the_same_each_time(DiffReport report)
    {
        Assert.Empty(SarifStructure.ProblemsOf(Log(report)));
        Assert.Equal(DiffReports.Sarif(report), DiffReports.Sarif(report));
        var risks = report.Diff.Subjects.Sum(c => c.Risks.Length) + report.Diff.People.Sum(c => c.Risks.Length);
        Assert.Equal(risks, ResultsOf(report).Count(r => r.TryGetProperty("properties", out _)));
    }

    [Fact]
    public void The_structure_check_finds_what_is_wrong()
    {
        var text = Encoding.UTF8.GetString(DiffReports.Sarif(DiffReports.Of(new PolicySet(), _secretReaders)));

        Assert.NotEmpty(Problems(text.Replace("\"error\"", "\"fatal\"", StringComparison.Ordinal)));
        Assert.NotEmpty(Problems(text.Replace("\"startLine\": 4", "\"startLine\": 0", StringComparison.Ordinal)));
        Assert.NotEmpty(Problems(text.Replace("\"message\"", "\"massage\"", StringComparison.Ordinal)));
        Assert.NotEmpty(Problems(text.Replace("\"Group devs\"", "\"User ann\"", StringComparison.Ordinal)));
        Assert.NotEmpty(Problems(text.Replace("ops%20team", "ops team", StringComparison.Ordinal)));
        Assert.NotEmpty(Problems(text.Replace("\"ruleIndex\": 0", "\"ruleIndex\": 1", StringComparison.Ordinal)));
    }

    private static List<string> Problems(string text) => SarifStructure.ProblemsOf(JsonDocument.Parse(text).RootElement);

    private static JsonElement Log(DiffReport report) => JsonDocument.Parse(DiffReports.Sarif(report)).RootElement;

    private static JsonElement[] ResultsOf(DiffReport report) => [.. Log(report).GetProperty("runs")[0].GetProperty("results").EnumerateArray()];

    private static IEnumerable<string?> Fingerprints(DiffReport report) =>
        ResultsOf(report).Select(r => r.GetProperty("partialFingerprints").GetProperty("accessChange/v1").GetString());

    private static string? UriOf(JsonElement result) =>
        result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString();

    private static int StartLineOf(JsonElement result) =>
        result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32();

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, _plain);

    private static readonly JsonSerializerOptions _plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static IEnumerable<string> TextsOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => TextsOf(m.Value)),
        _ => [],
    };
}

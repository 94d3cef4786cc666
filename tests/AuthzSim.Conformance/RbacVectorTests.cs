using System.Text.Json;
using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Conformance;

/// <summary>
/// rbac.jsonl.gz: what upstream's RBAC authorizer, rule resolver, subject locator and Covers answered in process.
/// </summary>
public sealed class RbacVectorTests
{
    private const string File = "rbac.jsonl.gz";
    private const string Reference = "reference";
    private const string Compiled = "compiled";

    [Theory, MemberData(nameof(Evaluators))]
    public void Decisions_and_reasons(string evaluator) => Run(evaluator, (id, entry, rbac, mismatches) =>
    {
        foreach (var (index, request, expected) in Pairs(entry, "requests", "results"))
        {
            var result = rbac.Authorize(VectorJson.Attributes(request));
            mismatches.Compare(
                $"{id} requests[{index}]",
                $"{expected.GetProperty("allowed").GetBoolean()} {expected.Text("reason")} {expected.Text("error")}",
                $"{result.Decision == Decision.Allow} {result.Reason} {result.EvaluationError}");
        }
    });

    [Theory, MemberData(nameof(Evaluators))]
    public void Rules_for_a_user(string evaluator) => Run(evaluator, (id, entry, rbac, mismatches) =>
    {
        foreach (var (index, request, expected) in Pairs(entry, "rulesFor", "rulesResults"))
        {
            var result = rbac.RulesFor(VectorJson.User(request.GetProperty("user")), request.Text("namespace"));
            mismatches.Compare(
                $"{id} rulesFor[{index}]",
                Show(expected.Rules("rules"), expected.Text("error")),
                Show(result.ResourceRules.Concat(result.NonResourceRules), result.EvaluationError));
        }
    });

    [Theory, MemberData(nameof(Evaluators))]
    public void Who_can(string evaluator) => Run(evaluator, (id, entry, rbac, mismatches) =>
    {
        foreach (var (index, request, expected) in Pairs(entry, "whoCan", "whoResults"))
        {
            var result = rbac.AllowedSubjects(VectorJson.Attributes(request));
            mismatches.Compare(
                $"{id} whoCan[{index}]",
                Show(expected.Items("subjects").Select(VectorJson.Subject), expected.Text("error")),
                Show(result.Subjects, result.EvaluationError));
        }
    });

    [Fact]
    public void Covers() => Run(Reference, (id, entry, _, mismatches) =>
    {
        foreach (var (index, pair, expected) in Pairs(entry, "covers", "coversResults"))
        {
            var uncovered = PolicyComparator.Uncovered(pair.Rules("owner"), pair.Rules("servant"));
            mismatches.Compare(
                $"{id} covers[{index}]",
                Show(expected.Rules("uncovered"), expected.GetProperty("covers").GetBoolean().ToString()),
                Show(uncovered, uncovered.IsEmpty.ToString()));
        }
    });

    public static TheoryData<string> Evaluators => [Reference, Compiled];

    private static IRbacEvaluator Make(string evaluator, PolicySet policy) =>
        evaluator == Compiled ? CompiledPolicy.Compile(policy) : new RbacAuthorizer(policy);

    private static void Run(string evaluator, Action<string, JsonElement, IRbacEvaluator, Mismatches> check)
    {
        var mismatches = new Mismatches(File);
        foreach (var entry in Vectors.ReadJsonLines(File))
        {
            check(entry.Text("id"), entry, Make(evaluator, VectorJson.Policy(entry.GetProperty("objects"))), mismatches);
        }

        mismatches.AssertNone();
    }

    private static IEnumerable<(int Index, JsonElement Question, JsonElement Answer)> Pairs(JsonElement entry, string questions, string answers) =>
        entry.Items(questions).Zip(entry.Items(answers)).Select((p, i) => (i, p.First, p.Second));

    private static string Show<T>(IEnumerable<T> items, string? error) =>
        string.Join("; ", items.Select(i => i is PolicyRule r ? ShowRule(r) : i!.ToString())) + " | " + error;

    private static string ShowRule(PolicyRule r) =>
        $"{Show(r.Verbs)} {Show(r.ApiGroups)} {Show(r.Resources)} {Show(r.ResourceNames)} {Show(r.NonResourceUrls)}";

    private static string Show(IEnumerable<string> list) => "[" + string.Join(",", list.Select(s => $"'{s}'")) + "]";
}

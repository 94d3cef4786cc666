using System.Globalization;
using AuthzSim.PolicyTests;

namespace AuthzSim.Cli.Output;

/// <summary>What came of tests, as a test runner shows it.</summary>
internal sealed class TestText(CommandContext context, FindingWords words, bool isVerbose)
{
    private const int FailuresShown = 100;

    // The cases of one table mostly fail for the same reason.
    private const int ReasonsShown = 3;
    private const string Red = "\e[31;1m";
    private const string Green = "\e[32m";

    public void Write(PolicyTestReport report, bool showsCoverage)
    {
        foreach (var file in report.Tests.GroupBy(t => t.Test.Location.Path, StringComparer.Ordinal))
        {
            WriteFile(file.Key ?? "", [.. file]);
        }

        if (showsCoverage && report.Coverage is { } coverage)
        {
            Write(coverage);
        }

        var summary = $"{report.Passed} passed, {report.Failed} failed";
        context.Output.Write($"\n{Colored(summary, report.Failed > 0 ? Red : Green)}{CoverageWords(report.Coverage)}\n");
    }

    private void WriteFile(string path, List<TestOutcome> tests)
    {
        var failed = tests.Sum(t => t.Cases.Count(c => !c.Passed));
        var total = tests.Sum(t => t.Cases.Length);
        if (total == 0)
        {
            return;
        }

        var verdict = failed > 0 ? Colored("FAIL", Red) : Colored("ok  ", Green);
        context.Output.Write($"{verdict} {path} ({(failed > 0 ? $"{failed} of {total} failed" : $"{total} passed")})\n");
        var left = FailuresShown;
        var reasons = new Dictionary<PolicyAssertion, int>(ReferenceEqualityComparer.Instance);
        foreach (var @case in tests.SelectMany(t => t.Cases))
        {
            if (!@case.Passed && left-- > 0)
            {
                var earlier = reasons.GetValueOrDefault(@case.Assertion);
                reasons[@case.Assertion] = earlier + 1;
                WriteFailure(@case, hasReason: earlier < ReasonsShown);
            }
            else if (@case.Passed && isVerbose)
            {
                context.Output.Write($"  {Colored("ok", Green)}   {@case.Name}\n");
            }
        }

        if (left < 0)
        {
            context.Output.Write($"  and {-left} more failed; -o json lists all\n");
        }
    }

    private void WriteFailure(CaseOutcome @case, bool hasReason)
    {
        context.Output.Write($"  {Colored("FAIL", Red)} {@case.Name}{RuleText.At(@case.Assertion.Location)}\n");
        foreach (var line in hasReason ? words.Of(@case) : [])
        {
            context.Output.Write($"       {line}\n");
        }
    }

    private void Write(RuleCoverage coverage)
    {
        var lines = coverage.Bindings.Select(b => $"{RuleText.Of(b)}{RuleText.At(b.Location)}")
            .Concat(coverage.Rules.Select(r => $"{RuleText.Of(r.Role)}: {RuleText.Of(r.Rule)}{RuleText.At(r.Rule.Location)}"));
        context.Output.Write(coverage.Bindings.IsEmpty && coverage.Rules.IsEmpty ? "\nEvery binding and every rule is touched.\n" : "\nNo case touches:\n");
        foreach (var line in lines)
        {
            context.Output.Write($"- {line}\n");
        }
    }

    private static string CoverageWords(RuleCoverage? coverage) => coverage is null ? ""
        : $"; {coverage.Percent.ToString("0.#", CultureInfo.InvariantCulture)}% covered "
            + $"({coverage.BindingCount - coverage.Bindings.Length} of {coverage.BindingCount} bindings, "
            + $"{coverage.RuleCount - coverage.Rules.Length} of {coverage.RuleCount} rules)";

    private string Colored(string text, string color) => context.IsOutputTerminal && context.AllowsColor ? $"{color}{text}\e[0m" : text;
}

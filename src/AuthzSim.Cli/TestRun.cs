using System.Globalization;
using System.Text.RegularExpressions;
using AuthzSim.Cli.Output;
using AuthzSim.Formats;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Cli;

/// <summary>One run of tests, and how its result is shown.</summary>
internal sealed class TestRun(CommandContext context, string? format, bool isVerbose, Regex? pattern, bool showsCoverage, double? minCoverage)
{
    /// <summary>Runs tests and shows what came of them.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">No case has a wanted name.</exception>
    public int Run(PolicySet policy, IReadOnlyList<PolicyTest> tests)
    {
        var tester = new PolicyTester(policy, DefaultPolicy.Kubernetes136);
        Func<CaseOutcome, bool>? isWanted = pattern is null ? null : c => pattern.IsMatch(c.Name);
        var report = tester.Run(tests, showsCoverage || minCoverage is not null, isWanted);
        if (report.Passed + report.Failed == 0)
        {
            throw new CommandException($"no case has a name that matches `{pattern}`", CommandException.BadInput);
        }

        var words = new FindingWords(policy);
        switch (format)
        {
            case OutputFormat.JUnit: JUnit.Write(report, words, context.Output); break;
            case OutputFormat.Json or OutputFormat.Yaml: ObjectPrinter.Print(TestJson.Of(report, words), format, context.Output); break;
            default: new TestText(context, words, isVerbose).Write(report, showsCoverage); break;
        }

        if (context.EnvironmentVariable("GITHUB_ACTIONS") == "true")
        {
            GitHubAnnotations.Write(report, words, context);
        }

        return report.Failed > 0 || IsTooLittle(report.Coverage) ? CommandException.Failure : 0;
    }

    private bool IsTooLittle(RuleCoverage? coverage)
    {
        if (minCoverage is not { } least || coverage!.Percent >= least)
        {
            return false;
        }

        var (percent, wanted) = (coverage.Percent.ToString("0.#", CultureInfo.InvariantCulture), least.ToString(CultureInfo.InvariantCulture));
        context.Error.Write($"coverage is {percent}%, less than --min-coverage {wanted}; --coverage lists what no case touches\n");
        return true;
    }
}

using AuthzSim.Lint;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>
/// Failures and findings as GitHub shows them beside the lines of a pull request
/// (<c>docs.github.com/actions/reference/workflow-commands-for-github-actions</c>). They go to standard error, which a runner
/// reads as well, so that standard output stays what was asked for.
/// </summary>
internal static class GitHubAnnotations
{
    private const int LinesShown = 20;

    /// <summary>Writes one annotation for each assertion that failed: GitHub shows no more than ten of a step.</summary>
    public static void Write(PolicyTestReport report, FindingWords words, CommandContext context)
    {
        foreach (var failed in report.Tests.SelectMany(t => t.Cases).Where(c => !c.Passed).GroupBy(c => c.Assertion, ReferenceEqualityComparer.Instance))
        {
            var first = failed.First();
            var count = failed.Count();
            var title = count == 1 ? first.Name : $"{first.Name}, and {count - 1} more";
            var text = string.Join('\n', words.Of(first).Take(LinesShown));
            Write("error", first.Assertion.Location, title, text, context);
        }
    }

    /// <summary>Writes an annotation for each finding of lint.</summary>
    public static void Write(IEnumerable<LintFinding> findings, CommandContext context)
    {
        foreach (var finding in findings)
        {
            var command = finding.Severity switch { LintSeverity.Error => "error", LintSeverity.Warning => "warning", _ => "notice" };
            Write(command, finding.Location, finding.Code, string.Join('\n', LintText.LinesOf(finding)), context);
        }
    }

    private static void Write(string command, SourceLocation place, string title, string text, CommandContext context)
    {
        var file = place.Path is { } path
            ? $"file={Property(Relative(path, context.EnvironmentVariable("GITHUB_WORKSPACE")))},line={place.Line},col={place.Column},"
            : "";
        context.Error.Write($"::{command} {file}title={Property(title)}::{Data(text)}\n");
    }

    private static string Relative(string path, string? root)
    {
        if (string.IsNullOrEmpty(root))
        {
            return path;
        }

        var relative = Path.GetRelativePath(root, Path.GetFullPath(path)).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
    }

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}

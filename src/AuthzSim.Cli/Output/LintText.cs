using AuthzSim.Lint;

namespace AuthzSim.Cli.Output;

/// <summary>Findings of lint for people: a line that editors can open, the steps, and the way out.</summary>
internal static class LintText
{
    private const string Indent = "    ";

    /// <summary>What a finding says: the message, its steps, the way out.</summary>
    public static IEnumerable<string> LinesOf(LintFinding finding) =>
    [
        finding.Message,
        .. finding.Steps.Select((step, i) => $"{i + 1}. {step.Actor.Kind} {NameOf(step)} {step.Words}"),
        .. finding.Advice.Length > 0 ? [finding.Advice] : Array.Empty<string>(),
    ];

    public static void Write(List<LintFinding> findings, CommandContext context)
    {
        foreach (var finding in findings)
        {
            var place = finding.Location.IsKnown ? $"{finding.Location}: " : "";
            context.Output.Write($"{place}{Colored(finding.Severity, context)}: {finding.Message} ({finding.Code})\n");
            foreach (var line in LinesOf(finding).Skip(1))
            {
                context.Output.Write($"{Indent}{line}\n");
            }
        }

        context.Output.Write(
            $"{Count(findings, LintSeverity.Error, "error")}, {Count(findings, LintSeverity.Warning, "warning")}, {Count(findings, LintSeverity.Info, "info")}\n");
    }

    public static string WordOf(LintSeverity severity) => severity switch
    {
        LintSeverity.Error => "error",
        LintSeverity.Warning => "warning",
        _ => "info",
    };

    private static string NameOf(EscalationStep step) =>
        step.Actor.Namespace.Length > 0 ? $"{step.Actor.Namespace}/{step.Actor.Name}" : step.Actor.Name;

    private static string Colored(LintSeverity severity, CommandContext context)
    {
        var word = WordOf(severity);
        return !context.IsOutputTerminal || !context.AllowsColor ? word : severity switch
        {
            LintSeverity.Error => $"\e[31;1m{word}\e[0m",
            LintSeverity.Warning => $"\e[33;1m{word}\e[0m",
            _ => $"\e[36m{word}\e[0m",
        };
    }

    private static string Count(List<LintFinding> findings, LintSeverity severity, string noun) =>
        findings.Count(f => f.Severity == severity) is var count && count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

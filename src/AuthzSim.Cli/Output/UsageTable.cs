using System.Globalization;
using AuthzSim.Formats.Answers;
using AuthzSim.Requests;
using AuthzSim.Usages;

namespace AuthzSim.Cli.Output;

/// <summary>The use of a policy as a table, the most used first.</summary>
internal sealed class UsageTable(CommandContext context, bool showHeader)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss";

    /// <summary>Writes it.</summary>
    /// <param name="report">What to say.</param>
    /// <param name="isWide">True for a line for each rule.</param>
    public void Write(UsageReport report, bool isWide)
    {
        var bindings = report.Bindings.OrderByDescending(b => b.Requests).ToList();
        if (isWide)
        {
            new TableWriter(context, showHeader).Write(
                ["BINDING", "ROLE", "REQUESTS", "RULE", "RULE AT"],
                bindings.SelectMany(b => b.Rules.Select(r => (string[])
                    [Name(b), Role(b), Number(r.Requests), RuleText.Of(r.Rule, new RequestAttributes { IsResourceRequest = !r.Rule.Resources.IsEmpty }), RuleText.Place(r.Rule.Location)])));
        }
        else
        {
            new TableWriter(context, showHeader).Write(
                ["BINDING", "ROLE", "REQUESTS", "ALONE", "LAST", "UNUSED RULES", "UNUSED SUBJECTS"],
                bindings.Select(b => (string[])
                [
                    Name(b), Role(b), Number(b.Requests), Number(b.Alone),
                    b.Last?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) ?? "never",
                    $"{b.Rules.Count(r => r.Requests == 0)} of {b.Rules.Length}",
                    string.Join(", ", b.UnusedSubjects.Select(s => RuleText.Of(s, b.Binding.Metadata.Namespace))),
                ]));
        }

        if (showHeader)
        {
            var unused = report.Bindings.Count(b => b.Requests == 0);
            context.Output.Write($"\n{Number(report.Seen.Count)} requests; {unused} of {report.Bindings.Length} bindings were never used\n");
            if (report.Seen.OfMasters > 0)
            {
                context.Output.Write($"{Number(report.Seen.OfMasters)} requests of system:masters, which need no policy, are not counted\n");
            }
        }
    }

    private static string Name(BindingUsage usage) => RuleText.Of(usage.Binding);

    private static string Role(BindingUsage usage) => usage.Role is { } role
        ? $"{role.Kind} {RuleText.Shown(role.Metadata.Name)}"
        : $"{usage.Binding.RoleRef.Kind} {RuleText.Shown(usage.Binding.RoleRef.Name)} (missing)";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

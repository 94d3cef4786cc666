using AuthzSim.Formats.Answers;

namespace AuthzSim.Cli.Changes;

/// <summary>PASS, or FAIL and why: one line a reason.</summary>
internal static class VerdictText
{
    private const int MostNames = 3;

    public static void Write(DiffReport report, TextWriter output)
    {
        List<string> reasons = [.. report.Refused.Select(r => $"the API server would refuse to {r.Edit}: {r.Message}")];
        foreach (var change in report.Diff.Subjects.Where(c => !c.Unagreed.IsEmpty))
        {
            var who = change.Change.Who;
            var names = string.Join(", ", who.Take(MostNames).Select(s => RuleText.Of(s, s.Namespace)));
            var more = who.Length > MostNames ? $" and {who.Length - MostNames} more" : "";
            var rules = change.Unagreed.Rules;
            var others = rules.Length > 1 ? $" and {rules.Length - 1} more rules" : "";
            reasons.Add($"{names}{more}: {AccessText.Of(rules[0])}{others}");
        }

        output.Write(reasons.Count == 0 ? "PASS\n" : "FAIL\n");
        foreach (var reason in reasons)
        {
            output.Write($"- {reason}\n");
        }
    }
}

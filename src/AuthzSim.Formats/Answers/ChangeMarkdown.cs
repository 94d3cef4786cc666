using System.Collections.Immutable;
using System.Text;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>One change in Markdown; of long lists the beginning is said and the rest counted, so that none fills the comment.</summary>
internal static class ChangeMarkdown
{
    private const int LongList = 12;
    private const int Abbreviated = 90;

    /// <summary>A row of the table: severity, who, what, why.</summary>
    public static string Row(ReportedChange change)
    {
        var rules = change.Gained.IsEmpty ? change.Lost.Rules : change.Gained.Rules;
        var sign = change.Gained.IsEmpty ? "−" : "+";
        return $"| {Label(change.Label)} | {MarkdownText.Cell(change.Who[0], Abbreviated)}{DiffWords.More(change.Who.Length - 1)} "
            + $"| {sign} {MarkdownText.Cell(AccessText.Of(rules[0]), Abbreviated)}{DiffWords.More(rules.Length - 1)} "
            + $"| {MarkdownText.Sentence(change.Why, t => MarkdownText.Cell(t))} |\n";
    }

    /// <summary>All of it, to be opened.</summary>
    public static string Details(ReportedChange change)
    {
        var text = new StringBuilder();
        text.Append("<details>\n<summary>").Append(Label(change.Label)).Append(": ").Append(MarkdownText.Html(change.Who[0]))
            .Append(DiffWords.More(change.Who.Length - 1)).Append(": ").Append(MarkdownText.Sentence(change.Why, t => MarkdownText.Html(t))).Append("</summary>\n\n");
        if (change.Who.Length > 1)
        {
            List(text, "For", change.Who, w => MarkdownText.Code(w));
        }

        if (change.Note is { } note)
        {
            text.Append(MarkdownText.Sentence(note, t => MarkdownText.Code(t))).Append("\n\n");
        }

        Access(text, "Gained", change.Gained);
        List(text, "Risks", change.Risks, r => Risk(r, change.Gained));
        List(text, "Through", Cause.Of(change.GainedThrough), Through);
        List(text, "Agreed on", change.Exceptions, Agreement);
        Access(text, "Lost", change.Lost);
        List(text, "Had it through", Cause.Of(change.LostThrough), Through);
        return text.Append("</details>\n\n").ToString();
    }

    /// <summary>An exception: until when, why, where.</summary>
    public static string Agreement(AccessException exception) =>
        $"until {DiffWords.Day(exception.Expires)}: {MarkdownText.Sentence(exception.Reason, t => MarkdownText.Code(t))}{At(exception.Location)}";

    /// <summary>A severity with its colour.</summary>
    public static string Label(string label) => label switch
    {
        "critical" => "🔴 critical",
        "high" => "🟠 high",
        "medium" => "🟡 medium",
        "low" => "🔵 low",
        ReportedChange.AgreedLabel => "✅ agreed",
        _ => "➖ loss",
    };

    /// <summary><c> (`path:line`)</c>, or nothing.</summary>
    public static string At(SourceLocation location) => location.IsKnown ? $" ({MarkdownText.Code(RuleText.Place(location).Trim('(', ')'))})" : "";

    /// <summary>Items of a list, or its beginning and how many more there are.</summary>
    public static void List<T>(StringBuilder text, string heading, IReadOnlyList<T> items, Func<T, string> say)
    {
        if (items.Count == 0)
        {
            return;
        }

        text.Append("**").Append(heading).Append("**\n\n");
        foreach (var item in items.Take(LongList))
        {
            text.Append("- ").Append(say(item)).Append('\n');
        }

        Rest(text, items.Count - LongList, "- ");
        text.Append('\n');
    }

    private static void Rest(StringBuilder text, int count, string indent)
    {
        if (count > 0)
        {
            text.Append(indent).Append("and ").Append(DiffWords.Number(count)).Append(" more\n");
        }
    }

    private static void Access(StringBuilder text, string heading, AccessSet access)
    {
        if (access.IsEmpty)
        {
            return;
        }

        text.Append("**").Append(heading).Append("**\n\n");
        var shown = access.Rules.Take(LongList).GroupBy(AccessText.Scope, StringComparer.Ordinal);
        foreach (var scope in shown)
        {
            text.Append("- ").Append(MarkdownText.Sentence(scope.Key, t => MarkdownText.Code(t))).Append(":\n");
            foreach (var rule in scope)
            {
                text.Append("  - ").Append(MarkdownText.Code(AccessText.Action(rule))).Append('\n');
            }
        }

        Rest(text, access.Rules.Length - LongList, "- ");
        text.Append('\n');
    }

    private static string Risk(AccessRisk risk, AccessSet gained)
    {
        var what = risk.Access.Equals(gained) ? "" : $": {MarkdownText.Code(AccessText.Of(risk.Access.Rules[0]))}{DiffWords.More(risk.Access.Rules.Length - 1)}";
        return $"{Label(DiffJson.TextOf(risk.Severity))}: {MarkdownText.Sentence(risk.Reason, t => MarkdownText.Code(t))}{what}";
    }

    private static string Through(Cause cause)
    {
        ImmutableArray<string> places = [.. cause.RulePlaces()];
        var shown = string.Join(", ", places.Take(3).Select(p => MarkdownText.Code(p)));
        return $"{MarkdownText.Code(RuleText.Of(cause.Binding))}{At(cause.Binding.Location)} grants {MarkdownText.Code(RuleText.Of(cause.Role))}"
            + (places.IsEmpty ? At(cause.Role.Location) : $" ({(places.Length == 1 ? "rule" : "rules")} at {shown}{DiffWords.More(places.Length - 3)})");
    }
}

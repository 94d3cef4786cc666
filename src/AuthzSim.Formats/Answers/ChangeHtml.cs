using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>Writes one change into a page: what it is in a line, the rest to be opened.</summary>
/// <param name="output">The page.</param>
/// <param name="namespaces">The namespaces to filter by.</param>
/// <param name="verbs">The verbs to filter by.</param>
internal sealed class ChangeHtml(TextWriter output, FilterWords namespaces, FilterWords verbs)
{
    /// <summary>What a rule on URLs has instead of namespaces.</summary>
    public const string UrlScope = "u";

    private const int NamesInSummary = 3;
    private const int LongList = 20;

    /// <summary>Writes a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isOpen">True to show all of it at once.</param>
    public void Write(ReportedChange change, bool isOpen)
    {
        output.Write($"<details class=\"change\" data-s=\"{change.Label}\"{(isOpen ? " open=\"\"" : "")}><summary>{Chip(change.Label)}<span>");
        output.Write(string.Join(' ', change.Who.Take(NamesInSummary).Select(Name)));
        output.Write($"{DiffWords.More(change.Who.Length - NamesInSummary)} <span class=\"why\">{HtmlText.Of(change.Why)}</span></span></summary>\n<div class=\"body\">\n");
        if (change.Note is { } note)
        {
            output.Write($"<p class=\"note\">{HtmlText.Of(note)}</p>\n");
        }

        if (change.Who.Length > NamesInSummary)
        {
            List($"All {DiffWords.Number(change.Who.Length)}", "", change.Who, Name);
        }

        Access("Gained", "gained", change.Gained);
        Risks(change.Risks, change.Gained);
        List("Through", "", Cause.Of(change.GainedThrough), Through);
        List("Agreed on", "", change.Exceptions, Agreement);
        Access("Lost", "lost", change.Lost);
        List("Had it through", "", Cause.Of(change.LostThrough), Through);
        output.Write("</div></details>\n");
    }

    /// <summary>A list under a heading, if any; of a long one the end is to be opened.</summary>
    public void List<T>(string heading, string headingClass, IReadOnlyList<T> items, Func<T, string> say)
    {
        if (items.Count == 0)
        {
            return;
        }

        Heading(heading, headingClass);
        var shown = items.Count > LongList + 1 ? LongList : items.Count;
        Items(items.Take(shown), say);
        if (items.Count > shown)
        {
            output.Write($"<details class=\"more\"><summary>{DiffWords.Number(items.Count - shown)} more</summary>\n");
            Items(items.Skip(shown), say);
            output.Write("</details>\n");
        }
    }

    /// <summary>An exception: until when, why, where.</summary>
    public static string Agreement(AccessException exception) =>
        $"until {DiffWords.Day(exception.Expires)}: {HtmlText.Of(exception.Reason)}{At(exception.Location)}";

    /// <summary><c> path:line</c>, or nothing.</summary>
    public static string At(SourceLocation location) => location.IsKnown ? $" <span class=\"soft\">{HtmlText.Of(RuleText.Place(location))}</span>" : "";

    /// <summary>A severity as a coloured word.</summary>
    public static string Chip(string label) => $"<span class=\"chip {label}\">{label}</span>";

    /// <summary>Text of the policy.</summary>
    public static string Code(string text) => $"<code>{HtmlText.Of(text.Length == 0 ? "\"\"" : text)}</code>";

    private static string Name(string who) => $"<code data-who=\"\">{HtmlText.Of(who)}</code>";

    private static string Through(Cause cause)
    {
        ImmutableArray<string> places = [.. cause.RulePlaces()];
        var rules = places.IsEmpty ? At(cause.Role.Location)
            : $" <span class=\"soft\">{(places.Length == 1 ? "rule" : "rules")} at {HtmlText.Of(string.Join(", ", places))}</span>";
        return $"{Code(RuleText.Of(cause.Binding))}{At(cause.Binding.Location)} grants {Code(RuleText.Of(cause.Role))}{rules}";
    }

    private void Items<T>(IEnumerable<T> items, Func<T, string> say)
    {
        output.Write("<ul>\n");
        foreach (var item in items)
        {
            output.Write($"<li>{say(item)}</li>\n");
        }

        output.Write("</ul>\n");
    }

    private void Heading(string heading, string headingClass) =>
        output.Write(heading.Length == 0 ? "" : $"<h3{(headingClass.Length > 0 ? $" class=\"{headingClass}\"" : "")}>{heading}</h3>\n");

    private void Access(string heading, string headingClass, AccessSet access)
    {
        if (access.IsEmpty)
        {
            return;
        }

        Heading(heading, headingClass);
        output.Write("<ul class=\"scope\">\n");
        foreach (var scope in access.Rules.GroupBy(AccessText.Scope, StringComparer.Ordinal))
        {
            output.Write($"<li>{HtmlText.Of(scope.Key)}\n<ul>\n");
            foreach (var rule in scope)
            {
                var places = rule is ResourceAccessRule { Namespaces: var set } ? namespaces.NumbersOf(set) : UrlScope;
                output.Write($"<li data-n=\"{places}\" data-v=\"{verbs.NumbersOf(rule.Verbs)}\">{Code(AccessText.Action(rule))}</li>\n");
            }

            output.Write("</ul></li>\n");
        }

        output.Write("</ul>\n");
    }

    private void Risks(ImmutableArray<AccessRisk> risks, AccessSet gained)
    {
        if (risks.IsEmpty)
        {
            return;
        }

        Heading("Why it matters", "");
        output.Write("<ul class=\"risks\">\n");
        foreach (var risk in risks)
        {
            var rules = risk.Access.Rules;
            var what = risk.Access.Equals(gained) ? "" : $" {Code(AccessText.Of(rules[0]))}{DiffWords.More(rules.Length - 1)}";
            output.Write($"<li>{Chip(DiffJson.TextOf(risk.Severity))}<span>{HtmlText.Of(risk.Reason)}{what}</span></li>\n");
        }

        output.Write("</ul>\n");
    }
}

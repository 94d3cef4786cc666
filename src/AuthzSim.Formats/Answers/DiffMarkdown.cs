using System.Collections.Immutable;
using System.Text;
using AuthzSim.Impact;

namespace AuthzSim.Formats.Answers;

/// <summary>
/// A <see cref="DiffReport"/> as the comment on a pull request: a summary, a table of the worst, and every change to be opened.
/// No name or text of the policy can become markup, a link or a mention in it.
/// </summary>
public static class DiffMarkdown
{
    /// <summary>The most characters (UTF-16 units) it has; GitHub takes 65,536. What does not fit is counted at the end.</summary>
    public const int MaxLength = 65_000;

    private const int TableRows = 10;

    // Two sentences on what does not fit, and rounding of nothing.
    private const int ReservedForOmissions = 600;

    /// <summary>Writes the comment. The same report gives the same text.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to; lines end in <c>\n</c>.</param>
    public static void Write(DiffReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        var subjects = ReportedChange.OfSubjects(report.Diff);
        var people = ReportedChange.OfPeople(report.Diff);
        var head = Head(report, subjects);
        var exceptions = Exceptions(report.Diff);
        var budget = MaxLength - head.Length - exceptions.Length - ReservedForOmissions;

        // People are few where they are looked at; should they be many, they leave most of the room to the subjects.
        var peoplePart = Section.Of("People, by name and groups together", people, budget / 4);
        var subjectPart = Section.Of("Subjects of bindings", subjects, budget - peoplePart.Text.Length);
        peoplePart = Section.Of("People, by name and groups together", people, budget - subjectPart.Text.Length);
        output.Write(head);
        output.Write(subjectPart.Text);
        output.Write(peoplePart.Text);
        output.Write(exceptions);
    }

    private static string Head(DiffReport report, ImmutableArray<ReportedChange> subjects)
    {
        var text = new StringBuilder();
        var summary = DiffWords.Summary(report.Diff);
        text.Append("### Access: ").Append(summary).Append("\n\n");
        text.Append("From ").Append(MarkdownText.Code(report.Before)).Append(" to ").Append(MarkdownText.Code(report.After)).Append(".\n\n");
        if (report.Diff.IsEmpty)
        {
            text.Append("Nobody may do anything else than before.\n\n");
        }

        ChangeMarkdown.List(
            text, $"The API server would refuse {DiffWords.Counted(report.Refused.Length, "edit", "edits")}; the rest is as if it did not", report.Refused,
            r => $"{MarkdownText.Code(r.Edit)}{ChangeMarkdown.At(r.Location)}: {MarkdownText.Code(r.Message)}");
        if (subjects.IsEmpty)
        {
            return text.ToString();
        }

        text.Append("| Severity | Who | What | Why |\n| --- | --- | --- | --- |\n");
        foreach (var change in subjects.Take(TableRows))
        {
            text.Append(ChangeMarkdown.Row(change));
        }

        if (subjects.Length > TableRows)
        {
            text.Append($"\n{DiffWords.Counted(subjects.Length - TableRows, "more change", "more changes")} below.\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Exceptions(AssessedDiff diff)
    {
        var text = new StringBuilder();
        ChangeMarkdown.List(text, "Exceptions that have expired, so that they agree to nothing any more", diff.Expired, ChangeMarkdown.Agreement);
        ChangeMarkdown.List(text, "Exceptions that agree to nothing gained here", diff.Unused, ChangeMarkdown.Agreement);
        return text.ToString();
    }

    /// <summary>Changes under a heading, as many as fit.</summary>
    private sealed record Section(string Text)
    {
        public static Section Of(string heading, ImmutableArray<ReportedChange> changes, int budget)
        {
            if (changes.IsEmpty)
            {
                return new Section("");
            }

            var text = new StringBuilder($"#### {heading}\n\n");
            for (var i = 0; i < changes.Length; i++)
            {
                var details = ChangeMarkdown.Details(changes[i]);
                if (text.Length + details.Length > budget)
                {
                    return new Section(text.Append(Omitted(changes.AsSpan()[i..])).ToString());
                }

                text.Append(details);
            }

            return new Section(text.ToString());
        }

        private static string Omitted(ReadOnlySpan<ReportedChange> changes)
        {
            var counts = new int[ReportedChange.Labels.Length];
            foreach (var change in changes)
            {
                counts[ReportedChange.Labels.IndexOf(change.Label)]++;
            }

            var parts = ReportedChange.Labels.Zip(counts).Where(p => p.Second > 0).Select(p => $"{DiffWords.Number(p.Second)} {p.First}");
            return $"Left out, for a comment holds no more: {DiffWords.Counted(changes.Length, "change", "changes")} ({string.Join(", ", parts)}).\n\n";
        }
    }
}

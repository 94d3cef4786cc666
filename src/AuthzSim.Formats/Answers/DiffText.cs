using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Analysis;
using AuthzSim.Impact;

namespace AuthzSim.Formats.Answers;

/// <summary>A <see cref="DiffReport"/> for people: a summary, then who gained and lost what, worst first.</summary>
public sealed class DiffText
{
    private const int MostNames = 8;
    private const int MostRules = 20;
    private const int MostPaths = 6;
    private const int MostPlaces = 3;

    private readonly TextWriter _output;
    private readonly Palette _palette;

    private DiffText(TextWriter output, Palette palette) => (_output, _palette) = (output, palette);

    /// <summary>Writes the text. The same report gives the same text.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to; lines end in <c>\n</c>.</param>
    /// <param name="hasColor">True for a terminal that understands the escape sequences of colours.</param>
    public static void Write(DiffReport report, TextWriter output, bool hasColor = false)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        new DiffText(output, new Palette(hasColor)).Write(report);
    }

    private void Write(DiffReport report)
    {
        var diff = report.Diff;
        Line(Summary(diff));
        foreach (var refused in report.Refused)
        {
            Line(_palette.Red($"the API server would refuse to {refused.Edit}{RuleText.At(refused.Location)}: {refused.Message}"));
        }

        foreach (var change in diff.Subjects)
        {
            Write(change, s => RuleText.Of(s, s.Namespace));
        }

        if (!diff.People.IsEmpty)
        {
            Line("");
            Line(_palette.Bold("People, by name and groups together"));
            foreach (var change in diff.People)
            {
                Write(change, p => p.Name);
            }
        }

        WriteExceptions(diff);
    }

    /// <summary>One line: how many gain and lose, and how bad it is.</summary>
    private static string Summary(AssessedDiff diff)
    {
        if (diff.IsEmpty)
        {
            return "no effective change: nobody gains or loses access";
        }

        var gaining = diff.Subjects.Where(c => !c.Change.Gained.IsEmpty).Sum(c => c.Change.Who.Length);
        var losing = diff.Subjects.Where(c => !c.Change.Lost.IsEmpty).Sum(c => c.Change.Who.Length);
        string[] parts =
        [
            .. gaining > 0 ? [$"{Subjects(gaining)} gain{(gaining == 1 ? "s" : "")} access"] : Array.Empty<string>(),
            .. losing > 0 ? [$"{Subjects(losing)} lose{(losing == 1 ? "s" : "")} access"] : Array.Empty<string>(),
        ];
        var worst = diff.Severity is { } severity ? $"; worst gain: {DiffJson.TextOf(severity)}" : "";
        return string.Join(", ", parts) + worst;
    }

    private static string Subjects(int count) => count == 1 ? "1 subject" : $"{count.ToString(CultureInfo.InvariantCulture)} subjects";

    private void Write<TWho>(AssessedChange<TWho> change, Func<TWho, string> nameOf)
    {
        Line("");
        var names = change.Change.Who.Take(MostNames).Select(nameOf);
        var more = change.Change.Who.Length > MostNames ? $" and {change.Change.Who.Length - MostNames} more" : "";
        Line($"{LabelOf(change)} {_palette.Bold(string.Join(", ", names) + more)}");
        if (change.Note is { } note)
        {
            Line($"  {note}");
        }

        foreach (var risk in change.Risks)
        {
            Line($"  {_palette.Of(risk.Severity, DiffJson.TextOf(risk.Severity))}: {risk.Reason}");
        }

        foreach (var exception in change.Exceptions)
        {
            var isAll = change.Unagreed.IsEmpty ? "" : "in part ";
            Line($"  agreed {isAll}until {Day(exception.Expires)}: {exception.Reason}{RuleText.At(exception.Location)}");
        }

        Write(change.Change.Gained, change.Change.GainedThrough, "+", "gained", _palette.Green);
        Write(change.Change.Lost, change.Change.LostThrough, "-", "lost", _palette.Red);
    }

    private string LabelOf<TWho>(AssessedChange<TWho> change) => change switch
    {
        { Severity: { } severity } => _palette.Of(severity, DiffJson.TextOf(severity).ToUpperInvariant()),
        { Change.Gained.IsEmpty: false } => "AGREED",
        _ => "LOSS",
    };

    private void Write(AccessSet access, ImmutableArray<AllowingPath> paths, string sign, string what, Func<string, string> paint)
    {
        if (access.IsEmpty)
        {
            return;
        }

        foreach (var scope in access.Rules.Take(MostRules).GroupBy(AccessText.Scope))
        {
            Line($"  {scope.Key}");
            foreach (var rule in scope)
            {
                Line(paint($"    {sign} {AccessText.Action(rule)}"));
            }
        }

        if (access.Rules.Length > MostRules)
        {
            Line($"    and {access.Rules.Length - MostRules} more rules; -o json lists all");
        }

        var causes = paths.GroupBy(p => p.Source.Binding, ReferenceEqualityComparer.Instance).ToList();
        foreach (var cause in causes.Take(MostPaths))
        {
            var (binding, role) = (cause.First().Source.Binding, cause.First().Source.Role);
            var rules = cause.Select(p => p.Rule.Location).Where(l => l.IsKnown).Select(RuleText.Place).Distinct(StringComparer.Ordinal).ToList();
            var at = rules.Count is 0 or > MostPlaces || role.Location.Path == DefaultPolicy.Path
                ? RuleText.At(role.Location)
                : $" ({string.Join(", ", rules)})";
            Line(_palette.Dim($"  {what} through {RuleText.Of(binding)}{RuleText.At(binding.Location)} and {RuleText.Of(role)}{at}"));
        }

        if (causes.Count > MostPaths)
        {
            Line(_palette.Dim($"  and {causes.Count - MostPaths} more bindings; -o json lists all"));
        }
    }

    private void WriteExceptions(AssessedDiff diff)
    {
        foreach (var exception in diff.Expired)
        {
            Line("");
            Line(_palette.Red($"an exception has expired on {Day(exception.Expires)} and does not count: {exception.Reason}{RuleText.At(exception.Location)}"));
        }

        foreach (var exception in diff.Unused)
        {
            Line("");
            Line($"an exception is of no use here: {exception.Reason}{RuleText.At(exception.Location)}");
        }
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private void Line(string text) => _output.Write(text + "\n");
}

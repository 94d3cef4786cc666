using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Answers;

/// <summary>A result of a SARIF log.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Level">The level.</param>
/// <param name="Message">The message, a sentence of one line.</param>
/// <param name="Identity">What makes it the same result in another run, wherever things are written then.</param>
internal sealed record SarifResult(string Rule, string Level, string Message, string Identity)
{
    private const int Shown = 10;
    private const int SubjectsShown = 100;

    /// <summary>The severity of a risk, which scores the rule.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The file and line; unknown when there is none.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Bindings and roles, each with what it is called.</summary>
    public ImmutableArray<(string Name, SourceLocation Location)> Related { get; init; } = [];

    /// <summary>Whose access it is; of very many the first.</summary>
    public ImmutableArray<string> Who { get; init; } = [];

    /// <summary>Why it was agreed on; none for what was not.</summary>
    public ImmutableArray<string> Justifications { get; init; } = [];

    /// <summary>A digest of rule and identity.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Rule}\n{Identity}")));

    /// <summary>All results of a report: the refused first, then subjects, people and exceptions.</summary>
    public static IEnumerable<SarifResult> Of(DiffReport report)
    {
        var grants = new RuleGrants();
        return
        [
            .. report.Refused.Select(r => new SarifResult(SarifRules.Refused, "error", Line($"{r.Edit}: {r.Message}"), $"{r.Edit}\n{r.Message}") { Location = r.Location }),
            .. ReportedChange.OfSubjects(report.Diff).SelectMany(c => Of(c, grants)),
            .. ReportedChange.OfPeople(report.Diff).SelectMany(c => Of(c, grants)),
            .. report.Diff.Expired.Select(e => Of(e, SarifRules.Expired, "warning", $"expired on {DiffWords.Day(e.Expires)}: {e.Reason}")),
            .. report.Diff.Unused.Select(e => Of(e, SarifRules.Unused, "note", $"agrees to nothing that was gained: {e.Reason}")),
        ];
    }

    private static SarifResult Of(AccessException exception, string rule, string level, string message) =>
        new(rule, level, Line(message), $"{exception.Reason}\n{string.Join('\n', exception.Subjects.Select(s => RuleText.Of(s, "")))}\n{exception.Access}")
        {
            Location = exception.Location,
        };

    private static IEnumerable<SarifResult> Of(ReportedChange change, RuleGrants grants)
    {
        var note = change.Note is { } text ? $" ({text})" : "";
        foreach (var risk in change.Risks)
        {
            var result = Caused(
                change, risk.Code, SarifRules.LevelOf(risk.Severity), $"gains {Said(risk.Access)}: {risk.Reason}{note}", risk.Access,
                grants.Overlapping(change.GainedThrough, risk.Access));
            yield return result with { Severity = risk.Severity };
        }

        if (!change.Exceptions.IsEmpty)
        {
            var agreed = change.Exceptions.Aggregate(AccessSet.Empty, (set, e) => set.Union(e.Access)).Intersect(change.Gained);
            var result = Caused(
                change, SarifRules.Agreed, "note", $"gains {Said(agreed)}, as agreed{note}", agreed, grants.Overlapping(change.GainedThrough, agreed));
            yield return result with { Justifications = [.. change.Exceptions.Select(e => Line($"{e.Reason} (until {DiffWords.Day(e.Expires)})")).Distinct(StringComparer.Ordinal)] };
        }

        if (!change.Lost.IsEmpty)
        {
            yield return Caused(change, SarifRules.Lost, "note", $"loses {Said(change.Lost)}{note}", change.Lost, change.LostThrough);
        }
    }

    private static SarifResult Caused(
        ReportedChange change, string rule, string level, string message, AccessSet access, IEnumerable<AllowingPath> paths)
    {
        var causes = Cause.Of(paths.Take(Shown));
        return new SarifResult(rule, level, Line($"{change.Who[0]}{DiffWords.More(change.Who.Length - 1)} {message}"), $"{string.Join('\n', change.Who)}\n{access}")
        {
            Location = causes.IsEmpty ? default : PlaceOf(causes[0]),
            Related = [.. causes.SelectMany(c => new RbacObject[] { c.Binding, c.Role }).Select(o => (RuleText.Of(o), o.Location)).DistinctBy(SarifPlace.WrittenAs)],
            Who = [.. change.Who.Take(SubjectsShown).Select(VisibleText.Of).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The rule; where that is in no file of the reader's, the binding.</summary>
    private static SourceLocation PlaceOf(Cause cause)
    {
        var rule = cause.Rules[0].Location;
        return rule.IsKnown && rule.Path != DefaultPolicy.Path ? rule : cause.Binding.Location;
    }

    private static string Said(AccessSet access)
    {
        var rules = access.Rules;
        var shown = string.Join("; ", rules.Take(3).Select(AccessText.Of));
        return rules.Length > 3 ? $"{shown}; and {DiffWords.Number(rules.Length - 3)} more" : shown;
    }

    private static string Line(string text) => VisibleText.Shorten(VisibleText.Of(text), 2000);

    /// <summary>What rules grant, worked out once for all the changes in which they stand.</summary>
    private sealed class RuleGrants
    {
        private readonly Dictionary<PolicyRule, AccessSet> _everywhere = new(ReferenceEqualityComparer.Instance);

        /// <summary>Those of the paths that grant some of the access.</summary>
        public IEnumerable<AllowingPath> Overlapping(ImmutableArray<AllowingPath> paths, AccessSet access)
        {
            Dictionary<PolicyRule, bool> overlaps = new(ReferenceEqualityComparer.Instance);
            foreach (var path in paths)
            {
                if (!_everywhere.TryGetValue(path.Rule, out var everywhere))
                {
                    _everywhere.Add(path.Rule, everywhere = AccessSet.ClusterWide(path.Rule));
                }

                // What it would not grant cluster-wide it does not grant in a namespace.
                if (!overlaps.TryGetValue(path.Rule, out var mayOverlap))
                {
                    overlaps.Add(path.Rule, mayOverlap = everywhere.Overlaps(access));
                }

                var binding = path.Source.Binding;
                if (mayOverlap && (!binding.IsNamespaced || AccessSet.InNamespace(binding.Metadata.Namespace, path.Rule).Overlaps(access)))
                {
                    yield return path;
                }
            }
        }
    }
}

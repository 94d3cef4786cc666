using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Impact;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Answers;

/// <summary>A change as every form of a report shows it, be it of subjects or of people.</summary>
/// <param name="Who">Whose access changed, in words.</param>
/// <param name="Gained">What was gained.</param>
/// <param name="Lost">What was lost.</param>
/// <param name="GainedThrough">What gives it.</param>
/// <param name="LostThrough">What gave it.</param>
/// <param name="Risks">The risks, worst first.</param>
/// <param name="Exceptions">What was agreed on.</param>
/// <param name="Note">What else to know, or null.</param>
internal sealed record ReportedChange(
    ImmutableArray<string> Who,
    AccessSet Gained,
    AccessSet Lost,
    ImmutableArray<AllowingPath> GainedThrough,
    ImmutableArray<AllowingPath> LostThrough,
    ImmutableArray<AccessRisk> Risks,
    ImmutableArray<AccessException> Exceptions,
    string? Note)
{
    public const string AgreedLabel = "agreed";
    public const string LossLabel = "loss";

    /// <summary>The severity, <c>agreed</c> when all that is gained was agreed on, or <c>loss</c>.</summary>
    public string Label => !Risks.IsEmpty ? DiffJson.TextOf(Risks[0].Severity) : Gained.IsEmpty ? LossLabel : AgreedLabel;

    /// <summary>What there is to say first: the worst reason.</summary>
    public string Why => !Risks.IsEmpty ? Risks[0].Reason : Gained.IsEmpty ? "loses access" : "gains what was agreed on";

    /// <summary>Every label, worst first.</summary>
    public static ImmutableArray<string> Labels { get; } =
        [.. Enum.GetValues<Severity>().OrderDescending().Select(DiffJson.TextOf), AgreedLabel, LossLabel];

    public static ImmutableArray<ReportedChange> OfSubjects(AssessedDiff diff) => [.. diff.Subjects.Select(c => Of(c, s => RuleText.Of(s, "")))];

    public static ImmutableArray<ReportedChange> OfPeople(AssessedDiff diff) => [.. diff.People.Select(c => Of(c, WordsFor))];

    private static ReportedChange Of<TWho>(AssessedChange<TWho> change, Func<TWho, string> words) => new(
        [.. change.Change.Who.Select(words)], change.Change.Gained, change.Change.Lost, change.Change.GainedThrough, change.Change.LostThrough,
        change.Risks, change.Exceptions, change.Note);

    private static string WordsFor(UserInfo person) =>
        person.Groups.IsEmpty ? person.Name : $"{person.Name} ({(person.Groups.Length == 1 ? "group" : "groups")} {string.Join(", ", person.Groups)})";
}

using System.Globalization;
using AuthzSim.Impact;

namespace AuthzSim.Formats.Answers;

/// <summary>Words that every form of a report uses, whatever the reader's language settings.</summary>
internal static class DiffWords
{
    /// <summary><c>3 subjects gain access (1 as agreed), 1 subject loses access; worst: critical</c>.</summary>
    public static string Summary(AssessedDiff diff)
    {
        if (diff.IsEmpty && diff.People.IsEmpty)
        {
            return "no effective change";
        }

        var gaining = diff.Subjects.Where(c => !c.Change.Gained.IsEmpty).Sum(c => c.Change.Who.Length);
        var agreed = diff.Subjects.Where(c => !c.Change.Gained.IsEmpty && c.Unagreed.IsEmpty).Sum(c => c.Change.Who.Length);
        var losing = diff.Subjects.Where(c => !c.Change.Lost.IsEmpty).Sum(c => c.Change.Who.Length);
        string[] parts =
        [
            .. gaining == 0 ? Array.Empty<string>() : [Counted(gaining, "subject gains access", "subjects gain access") + (agreed > 0 ? $" ({Number(agreed)} as agreed)" : "")],
            .. losing == 0 ? Array.Empty<string>() : [Counted(losing, "subject loses access", "subjects lose access")],
        ];
        return string.Join(", ", parts) + (diff.Severity is { } worst ? $"; worst: {DiffJson.TextOf(worst)}" : "");
    }

    /// <summary><c>1 edit</c>, <c>1,200 edits</c>.</summary>
    public static string Counted(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary><c> and 1,200 more</c>, or nothing.</summary>
    public static string More(int count) => count > 0 ? $" and {Number(count)} more" : "";

    /// <summary><c>1,200</c>.</summary>
    public static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>2026-12-31</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}

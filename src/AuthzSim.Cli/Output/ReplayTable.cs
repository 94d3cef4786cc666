using System.Globalization;
using AuthzSim.Replay;

namespace AuthzSim.Cli.Output;

/// <summary>What a replay found, for people: a table of what differs, and what was compared.</summary>
internal sealed class ReplayTable(CommandContext context, bool showHeader)
{
    private const int NamespacesShown = 3;
    private const string EverythingElse = "(others)";

    public void Write(ReplayResult result, long unreadable, bool isWide)
    {
        if (!result.Groups.IsEmpty)
        {
            string[] header =
            [
                "CHANGE", "USER", "VERB", "RESOURCE", "NAMESPACE", "COUNT",
                .. isWide ? ["FIRST", "LAST"] : new[] { "WHEN (UTC)" },
                "EXAMPLE",
                .. isWide ? ["AUDIT-ID", "URL", "BEFORE", "AFTER"] : Array.Empty<string>(),
            ];
            new TableWriter(context, showHeader).Write(header, result.Groups.Select(g => Row(g, isWide)));
        }

        if (showHeader)
        {
            Summarize(result, unreadable);
        }
    }

    private static string[] Row(ReplayGroup group, bool isWide) =>
    [
        group.Direction == ReplayDirection.NowDenied ? "NOW DENIED" : "NOW ALLOWED",
        group.Key?.User ?? EverythingElse,
        group.Key?.Verb ?? EverythingElse,
        group.Key is { } key ? ReplayTexts.Resource(key) : EverythingElse,
        Namespaces(group),
        Number(group.Count),
        .. isWide ? [ReplayTexts.Time(group.First), ReplayTexts.Time(group.Last)] : new[] { ReplayTexts.Span(group.First, group.Last) },
        group.Example.Location.ToShortString(),
        .. isWide
            ? [group.Example.AuditId, group.Example.RequestUri, ReplayTexts.Reason(group.Before), ReplayTexts.Reason(group.After)]
            : Array.Empty<string>(),
    ];

    private static string Namespaces(ReplayGroup group)
    {
        var shown = string.Join(", ", group.Namespaces.Take(NamespacesShown).Select(n => n.Length == 0 ? "*" : n));
        var more = group.Namespaces.Length - NamespacesShown;
        return more <= 0 ? shown : $"{shown}, {more}{(group.HasMoreNamespaces ? " or more" : "")} more";
    }

    private void Summarize(ReplayResult result, long unreadable)
    {
        var output = context.Output;
        if (!result.Groups.IsEmpty)
        {
            output.Write("\n");
        }

        output.Write($"{Number(result.Events)} events read, {Number(result.Compared)} requests compared: {Number(result.Equal)} decided as before, "
            + $"{Number(result.NowDenied)} now denied, {Number(result.NowAllowed)} now allowed.\n");
        (long Count, string Words)[] leftOut =
        [
            .. ReplayTexts.LeftOut.Select(l => (result.Of(l.Use), l.Words)),
            (result.Filtered, "passed over by --user, --since or --until"),
            (unreadable, "could not be read"),
        ];
        var width = leftOut.Max(l => Number(l.Count).Length);
        if (leftOut.Any(l => l.Count > 0))
        {
            output.Write("Left out:\n");
        }

        foreach (var (count, words) in leftOut.Where(l => l.Count > 0))
        {
            output.Write($"  {Number(count).PadLeft(width)} {words}\n");
        }

        foreach (var rest in result.Groups.Where(g => g.Key is null))
        {
            output.Write($"There are more than {Number(AuditReplay.MostGroups)} groups: the {Number(rest.Count)} requests of further ones stand in one line, (others).\n");
        }
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using AuthzSim.Analysis;
using AuthzSim.Cli.Output;
using AuthzSim.Formats.Answers;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>The tables of <c>authzsim bench</c> for people.</summary>
internal sealed class BenchmarkTables(CommandContext context)
{
    private readonly TableWriter _table = new(context);

    public void Write(BenchmarkResult result)
    {
        var policy = result.Policy;
        Section("POLICY", ["CLUSTERROLES", "ROLES", "CLUSTERROLEBINDINGS", "ROLEBINDINGS"],
            [[N(policy.ClusterRoles.Length), N(policy.Roles.Length), N(policy.ClusterRoleBindings.Length), N(policy.RoleBindings.Length)]]);
        Section("LOAD AND COMPILE", ["LOAD", "COMPILE", "MEMORY OF THE COMPILED POLICY"],
            [[Time(result.Load.TotalNanoseconds), Time(result.Compile.TotalNanoseconds), $"{N(result.Bytes)} bytes"]]);
        Section($"CHECKS ({N(result.Requests)} requests, {N(result.Allowed)} allowed; all answers are the reference's)", TimingHeader,
        [
            TimingRow("reference", result.Reference, result.Reference),
            .. result.Checks.Select(c => TimingRow(WordsOf(c.Name), c.Timing, result.Reference)),
        ]);
        Section("WHO-CAN", TimingHeader,
            [TimingRow("reference", result.ReferenceWhoCan, result.ReferenceWhoCan), TimingRow("compiled", result.WhoCan, result.ReferenceWhoCan)]);
        WriteWalk(result.Walk);
    }

    private static string[] TimingHeader => ["WAY", "P50", "P99", "P99.9", "A SECOND", "TIMES FASTER"];

    private void WriteWalk(WalkReport walk)
    {
        Section("WHAT THE API SERVER WALKS FOR ONE REQUEST", ["STEPS", "P50", "P99", "WORST", "WORST AFTER ALL CHANGES BELOW"],
        [
            SpreadRow("bindings visited", walk.Costs.Bindings, walk.CostsAfterAll.Bindings),
            SpreadRow("subjects compared", walk.Costs.Subjects, walk.CostsAfterAll.Subjects),
            SpreadRow("rules matched", walk.Costs.Rules, walk.CostsAfterAll.Rules),
        ]);
        Section("REQUESTS THAT COST MOST", ["USER", "REQUEST", "BINDINGS", "SUBJECTS", "RULES"],
            walk.Costliest.Select(r => (string[])[r.Request.User.Name, WordsOf(r.Request), N(r.Cost.Bindings), N(r.Cost.Subjects), N(r.Cost.Rules)]));
        Section("WHAT MAKES THEM COST", ["WHAT", "SIZE", "STEPS DUE TO IT"], walk.HotSpots.Select(h => (string[])[WordsOf(h), N(h.Size), N(h.Steps)]));
        if (walk.Savings.IsEmpty)
        {
            context.Output.Write("WHAT WOULD SHORTEN THE WALK\nnothing that is certain to change no decision\n");
            return;
        }

        Section($"WHAT WOULD SHORTEN THE WALK (without changing a decision; {N(walk.SavingsFound)} ways found, those that save most)",
            ["CHANGE", "STEPS SAVED", "OF ALL"],
            walk.Savings.Select(s => (string[])[WordsOf(s), N(s.Saved.Steps), Share(s.Saved.Steps, walk.Total.Steps)]));
    }

    private void Section(string title, string[] header, IEnumerable<string[]> rows)
    {
        context.Output.Write(title + "\n");
        _table.Write(header, rows);
        context.Output.Write("\n");
    }

    private static string[] TimingRow(string name, Timing timing, Timing reference) =>
    [
        name,
        Time(timing.Nanoseconds.P50),
        Time(timing.Nanoseconds.P99),
        Time(timing.Nanoseconds.P999),
        N((long)timing.PerSecond),
        timing.Nanoseconds.P50 > 0 ? Text($"{reference.Nanoseconds.P50 / timing.Nanoseconds.P50:N1}") : "",
    ];

    private static string[] SpreadRow(string name, WalkSpread now, WalkSpread after) => [name, N(now.P50), N(now.P99), N(now.Worst), N(after.Worst)];

    private static string WordsOf(string way) => way switch
    {
        "strings" => "from strings",
        "resolved" => "subject and action resolved",
        "bulk" => "bulk, one core",
        _ => $"bulk, {Environment.ProcessorCount} cores",
    };

    private static string WordsOf(RequestAttributes r)
    {
        if (!r.IsResourceRequest)
        {
            return $"{r.Verb} {r.Path}";
        }

        var type = r.ApiGroup.Length == 0 ? r.Resource : $"{r.Resource}.{r.ApiGroup}";
        type = r.Subresource.Length == 0 ? type : $"{type}/{r.Subresource}";
        return $"{r.Verb} {type}{(r.Name.Length == 0 ? "" : $" {r.Name}")}{(r.Namespace.Length == 0 ? "" : $" -n {r.Namespace}")}";
    }

    private static string WordsOf(WalkHotSpot spot) => spot.Kind switch
    {
        WalkHotSpotKind.ClusterRoleBindings => "cluster role bindings, on every request",
        WalkHotSpotKind.Namespace => $"role bindings in namespace {spot.Name}",
        WalkHotSpotKind.Binding => $"subjects of {RuleText.Of(spot.Object!)}",
        WalkHotSpotKind.Role => $"rules of {RuleText.Of(spot.Object!)}",
        WalkHotSpotKind.User => $"bindings of user {spot.Name}",
        _ => $"bindings of group {spot.Name}",
    };

    private static string WordsOf(WalkSaving saving)
    {
        var role = saving.Role is null ? "" : RuleText.Of(saving.Role);
        var where = saving.Namespace.Length == 0 ? "" : $" in namespace {saving.Namespace}";
        var names = string.Join(", ", saving.Changes.Take(3).Select(c => c.Name)) + (saving.Changes.Length > 3 ? ", …" : "");
        var count = N(saving.Changes.Length);
        return saving.Kind switch
        {
            WalkSavingKind.DeleteDanglingBindings => $"delete {count} {saving.Changes[0].Kind}s{where} whose role does not exist ({names})",
            WalkSavingKind.DeleteBindingsOfNobody => $"delete {count} {saving.Changes[0].Kind}s{where} without subjects ({names})",
            WalkSavingKind.DropBoundEverywhere => $"drop {N(saving.Removed.Subjects)} subjects from {count} RoleBindings{where} that have {role} everywhere ({names})",
            WalkSavingKind.MergeBindings => $"merge {count} {saving.Changes[0].Kind}s{where} to {role} into one ({names})",
            WalkSavingKind.DropRepeatedSubjects => $"drop {N(saving.Removed.Subjects)} repeated subjects from {count} {saving.Changes[0].Kind}s{where} ({names})",
            _ => $"write the {N(saving.Role!.Rules.Length)} rules of {role} as {N(saving.Role.Rules.Length - saving.Removed.Rules)}",
        };
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => Text($"{nanoseconds:F0} ns"),
        < 1e6 => Text($"{nanoseconds / 1e3:F1} µs"),
        < 1e9 => Text($"{nanoseconds / 1e6:F1} ms"),
        _ => Text($"{nanoseconds / 1e9:F2} s"),
    };

    private static string Share(long part, long whole) => Text($"{100.0 * part / Math.Max(1, whole):F1}%");

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using AuthzSim.Bench.Fleets;
using AuthzSim.Generation;

namespace AuthzSim.Bench.Ratios;

/// <summary>Measures all ratios in this process and writes the table to the console and a file.</summary>
internal static class RatioRun
{
    private const int Bindings = 100_000;

    /// <summary>Runs.</summary>
    /// <param name="quick">Shorter, and without the row that needs a million bindings.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="rows">The groups of rows to run: checks, policy, replay, authentication, diff, serve, json, yaml, snapshot, growth; all when there are none.</param>
    public static void Run(bool quick, string output, params string[] rows)
    {
        var start = Stopwatch.GetTimestamp();
        var interleaved = new Interleaved(secondsPerContender: quick ? 1 : 4);
        List<Ratio> ratios = [];
        foreach (var (name, measure) in Groups(interleaved, quick))
        {
            if (rows.Length > 0 && !rows.Contains(name))
            {
                continue;
            }

            foreach (var ratio in measure())
            {
                Console.Error.WriteLine($"{ratio.What}: {ratio.Measured} ({ratio.Numbers})");
                ratios.Add(ratio);
            }
        }

        var chosen = rows.Length == 0 ? "" : $" --rows {string.Join(',', rows)}";
        var command = $"dotnet run -c Release --project bench/AuthzSim.Bench -- --ratios{(quick ? " --quick" : "")}{chosen}";
        var report = RatioReport.Of(ratios, command, Bindings, Stopwatch.GetElapsedTime(start));
        Console.Write(report);
        File.WriteAllText(output, report);
    }

    private static IEnumerable<(string Name, Func<IEnumerable<Ratio>> Measure)> Groups(Interleaved interleaved, bool quick)
    {
        Fleet? fleet = null;
        var checks = new CheckRatios(interleaved);
        yield return ("checks", () => checks.Of(TheFleet()));
        yield return ("policy", () => new PolicyRatios(interleaved).Of(TheFleet()));
        yield return ("replay", () => new ReplayRatios(interleaved).Of(TheFleet()));
        yield return ("authentication", () => new AuthenticationRatios(interleaved).Of(TheFleet()));
        yield return ("diff", () => new DiffRatios(interleaved).Of(TheFleet()));
        yield return ("serve", () => new ServeRatios(quick).Of(TheFleet(), goal: 0.6));
        yield return ("serve", () => new ServeRatios(quick).Of(new Fleet(10_000), goal: 0.7));
        fleet = null;
        yield return ("diff", () => new DiffRatios(interleaved).Unrelated(Bindings));
        var loads = new LoadRatios(interleaved, new FleetGenerator(new FleetOptions { Bindings = Bindings }));
        yield return ("json", loads.Json);
        yield return ("yaml", loads.Yaml);
        yield return ("snapshot", loads.Snapshot);
        if (!quick)
        {
            yield return ("growth", () => [checks.Growth(new Fleet(1_000), new Fleet(1_000_000))]);
        }

        Fleet TheFleet()
        {
            if (fleet is null)
            {
                Console.Error.WriteLine($"generating {Bindings} bindings");
                fleet = new Fleet(Bindings);
            }

            return fleet;
        }
    }
}

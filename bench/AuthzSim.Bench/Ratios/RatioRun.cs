using System.Diagnostics;
using AuthzSim.Bench.Fleets;

namespace AuthzSim.Bench.Ratios;

/// <summary>Measures all ratios in this process and writes the table to the console and a file.</summary>
internal static class RatioRun
{
    private const int Bindings = 100_000;

    /// <summary>Runs.</summary>
    /// <param name="quick">Shorter, and without the row that needs a million bindings.</param>
    /// <param name="output">The file to write.</param>
    public static void Run(bool quick, string output)
    {
        var start = Stopwatch.GetTimestamp();
        var interleaved = new Interleaved(secondsPerContender: quick ? 1 : 4);
        List<Ratio> ratios = [];
        Console.Error.WriteLine($"generating {Bindings} bindings");
        var fleet = new Fleet(Bindings);
        var checks = new CheckRatios(interleaved);
        foreach (var ratio in checks.Of(fleet).Concat(new PolicyRatios(interleaved).Of(fleet)))
        {
            Console.Error.WriteLine($"{ratio.What}: {ratio.Measured} ({ratio.Numbers})");
            ratios.Add(ratio);
        }

        if (!quick)
        {
            fleet = null;
            Console.Error.WriteLine("generating a million bindings");
            ratios.Add(checks.Growth(new Fleet(1_000), new Fleet(1_000_000)));
        }

        var command = $"dotnet run -c Release --project bench/AuthzSim.Bench -- --ratios{(quick ? " --quick" : "")}";
        var report = RatioReport.Of(ratios, command, Bindings, Stopwatch.GetElapsedTime(start));
        Console.Write(report);
        File.WriteAllText(output, report);
    }
}

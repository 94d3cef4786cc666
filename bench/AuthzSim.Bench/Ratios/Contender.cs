using System.Diagnostics;

namespace AuthzSim.Bench.Ratios;

/// <summary>Something to measure: a batch of operations on a window of the data.</summary>
/// <param name="Operations">Operations in a batch.</param>
/// <param name="Windows">How many windows there are.</param>
/// <param name="Run">Runs the batch on a window; what it returns only keeps the work alive.</param>
internal sealed record Contender(int Operations, int Windows, Func<int, long> Run)
{
    /// <summary>Readies a window and is not measured: requests have just been parsed when they are asked.</summary>
    public Func<int, long> Ready { get; init; } = _ => 0;

    /// <summary>Something that is run as a whole.</summary>
    public static Contender Whole(Func<long> run) => new(1, 1, _ => run());
}

/// <summary>
/// Measures contenders turn by turn in short batches and takes medians, so that what else the machine does falls on all of
/// them alike. BenchmarkDotNet measures one benchmark after the other, minutes apart: on a shared machine a ratio of two of
/// its numbers is off by half.
/// </summary>
internal sealed class Interleaved(double secondsPerContender)
{
    private const int LeastRounds = 3;

    // The runtime recompiles what is called often in two steps, each after a quiet tenth of a second.
    private const int WarmUpPhases = 4;
    private const int RoundsPerPhase = 8;
    private static readonly TimeSpan _longestPhase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _phase = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(0.15);

    /// <summary>Keeps results alive.</summary>
    public static long Sink { get; private set; }

    /// <summary>The median time of one operation of each contender, in nanoseconds.</summary>
    public double[] Medians(params Contender[] contenders)
    {
        Array.ForEach(contenders, WarmUp);
        var times = contenders.Select(_ => new List<double>()).ToArray();
        var start = Stopwatch.GetTimestamp();
        var seconds = secondsPerContender * contenders.Length;
        for (var round = 0; round < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            for (var turn = 0; turn < contenders.Length; turn++)
            {
                // Each in turn goes first, and never where another has just warmed the caches.
                var i = (turn + round) % contenders.Length;
                times[i].Add(Time(contenders[i], round + (i * contenders[i].Windows / contenders.Length)) / contenders[i].Operations);
            }
        }

        return [.. times.Select(Median)];
    }

    private static double Time(Contender contender, int window)
    {
        Sink += contender.Ready(window % contender.Windows);
        var start = Stopwatch.GetTimestamp();
        Sink += contender.Run(window % contender.Windows);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static void WarmUp(Contender contender)
    {
        for (var phase = 0; phase < WarmUpPhases; phase++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var round = 0; IsCold(round, Stopwatch.GetElapsedTime(start)); round++)
            {
                Time(contender, round);
            }

            Thread.Sleep(_quiet);
        }
    }

    /// <summary>A method is recompiled after thirty calls: what runs as a whole needs as many, unless it takes too long.</summary>
    private static bool IsCold(int rounds, TimeSpan elapsed) =>
        rounds == 0 || elapsed < _phase || (rounds < RoundsPerPhase && elapsed < _longestPhase);

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}

using System.Diagnostics;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>Some calls that can be timed, by number; a struct, so that timing adds no indirect call.</summary>
internal interface ITimedCalls
{
    /// <summary>How many different calls there are.</summary>
    int Count { get; }

    /// <summary>How many answers one call gives.</summary>
    int AnswersPerCall { get; }

    /// <summary>Makes one call; the result keeps the compiler from leaving it out.</summary>
    int Call(int index);
}

/// <summary>
/// Times calls that are shorter than the clock's resolution. A reading covers a batch of consecutive calls, the smallest
/// power of two that takes at least twenty times as long as reading the clock; what reading it costs is measured first and
/// taken off. Percentiles are over readings, each divided by its calls: within a batch, the odd slow call is averaged.
/// Throughput is timed apart, over whole rounds with the clock read once a round.
/// </summary>
internal static class CallTimer
{
    private const int OverheadReadings = 10_000;
    private const int MostCallsPerReading = 64;
    private const int MostReadings = 1 << 20;
    private const int OverheadRatio = 20;
    private const double NanosecondsPerSecond = 1e9;

    private static readonly double _nanosecondsPerTick = NanosecondsPerSecond / Stopwatch.Frequency;
    private static readonly double _overhead = MeasureOverhead();
    private static int _sink;

    /// <summary>Times the calls round and round for about so long, after a round that does not count.</summary>
    public static Timing Measure<T>(T calls, TimeSpan time)
        where T : struct, ITimedCalls
    {
        Round(calls);
        var (answers, seconds) = Throughput(calls, time / 2);
        var perReading = CallsPerReading(seconds / answers * calls.AnswersPerCall * NanosecondsPerSecond);
        var readings = Readings(calls, perReading, time / 2);
        return new Timing(Percentiles.Of(readings, (double)perReading * calls.AnswersPerCall), answers / seconds, perReading, readings.Count);
    }

    /// <summary>The nanoseconds since a time stamp, without what taking it cost.</summary>
    public static double NanosecondsSince(long start) => Math.Max(0, ((Stopwatch.GetTimestamp() - start) * _nanosecondsPerTick) - _overhead);

    private static void Round<T>(T calls)
        where T : struct, ITimedCalls
    {
        var sum = 0;
        for (var i = 0; i < calls.Count; i++)
        {
            sum += calls.Call(i);
        }

        Volatile.Write(ref _sink, sum);
    }

    private static (double Answers, double Seconds) Throughput<T>(T calls, TimeSpan time)
        where T : struct, ITimedCalls
    {
        var start = Stopwatch.GetTimestamp();
        var rounds = 0L;
        TimeSpan elapsed;
        do
        {
            Round(calls);
            rounds++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < time);
        return ((double)rounds * calls.Count * calls.AnswersPerCall, elapsed.TotalSeconds);
    }

    private static int CallsPerReading(double nanosecondsPerCall)
    {
        var calls = 1;
        while (calls < MostCallsPerReading && calls * nanosecondsPerCall < OverheadRatio * _overhead)
        {
            calls *= 2;
        }

        return calls;
    }

    private static List<double> Readings<T>(T calls, int perReading, TimeSpan time)
        where T : struct, ITimedCalls
    {
        List<double> readings = [];
        var begin = Stopwatch.GetTimestamp();
        var next = 0;
        do
        {
            var sum = 0;
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < perReading; i++)
            {
                sum += calls.Call(next);
                next = next + 1 == calls.Count ? 0 : next + 1;
            }

            readings.Add(NanosecondsSince(start));
            Volatile.Write(ref _sink, sum);
        }
        while (readings.Count < MostReadings && Stopwatch.GetElapsedTime(begin) < time);
        return readings;
    }

    private static double MeasureOverhead()
    {
        var gaps = new long[OverheadReadings];
        for (var i = 0; i < gaps.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            gaps[i] = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(gaps);
        return gaps[gaps.Length / 2] * _nanosecondsPerTick;
    }
}

/// <summary>What was measured of one way to ask.</summary>
/// <param name="Nanoseconds">Nanoseconds an answer.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="CallsPerReading">Calls timed together.</param>
/// <param name="Readings">How many times the clock was read.</param>
internal readonly record struct Timing(Percentiles Nanoseconds, double PerSecond, int CallsPerReading, int Readings);

/// <summary>Percentiles by nearest rank.</summary>
internal readonly record struct Percentiles(double P50, double P99, double P999)
{
    public static Percentiles Of(IEnumerable<double> readings, double answersPerReading)
    {
        var sorted = readings.Order().ToArray();
        return new Percentiles(At(500), At(990), At(999));

        double At(int permille) => sorted[(int)((((long)sorted.Length * permille) + 999) / 1000) - 1] / answersPerReading;
    }
}

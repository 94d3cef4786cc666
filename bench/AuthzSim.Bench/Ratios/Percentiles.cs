using System.Diagnostics;

namespace AuthzSim.Bench.Ratios;

/// <summary>Times operations one by one.</summary>
internal static class Percentiles
{
    private const double MostSeconds = 6;

    // A prime, so that the samples are spread over all operations.
    private const long Stride = 7919;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(0.4);

    /// <summary>The median time of single operations in nanoseconds; fewer samples than asked for when they take long.</summary>
    /// <param name="count">How many different operations there are.</param>
    /// <param name="samples">How many to time.</param>
    /// <param name="run">Runs the operation of a number; what it returns only keeps the work alive.</param>
    /// <param name="ready">Readies the operation of a number and is not measured.</param>
    public static double Median(int count, int samples, Func<int, long> run, Func<int, long>? ready = null)
    {
        var sink = 0L;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < _warmUp; i++)
        {
            sink += run(i % count);
        }

        var times = new List<double>(samples);
        start = Stopwatch.GetTimestamp();
        for (var i = 0; i < samples && Stopwatch.GetElapsedTime(start).TotalSeconds < MostSeconds; i++)
        {
            var operation = (int)(i * Stride % count);
            sink += ready?.Invoke(operation) ?? 0;
            var from = Stopwatch.GetTimestamp();
            sink += run(operation);
            times.Add(Stopwatch.GetElapsedTime(from).TotalNanoseconds);
        }

        GC.KeepAlive(sink);
        times.Sort();
        return times[times.Count / 2];
    }
}

using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>Spans of requests: overlapped memory misses on one core, and sharing out to all cores when the span is large.</summary>
[MemoryDiagnoser]
public class CheckBulk : FleetBenchmark
{
    // Spans below 4,096 stay on one core.
    private const int OneCore = 2048;
    private const int ManyCores = 32_768;

    private readonly CheckResult[] _results = new CheckResult[ManyCores];

    [Benchmark(Baseline = true, OperationsPerInvoke = OneCore)]
    public int OneByOne() => Answers.CountAllowed(Fleet.Compiled, Cursor.Take(Fleet.Requests, OneCore));

    [Benchmark(OperationsPerInvoke = OneCore)]
    public CheckResult BulkOnOneCore()
    {
        Fleet.Compiled.Check(Cursor.Take(Fleet.Requests, OneCore), _results);
        return _results[0];
    }

    [Benchmark(OperationsPerInvoke = ManyCores)]
    public CheckResult BulkOnAllCores()
    {
        Fleet.Compiled.Check(Cursor.Take(Fleet.Requests, ManyCores), _results);
        return _results[0];
    }
}

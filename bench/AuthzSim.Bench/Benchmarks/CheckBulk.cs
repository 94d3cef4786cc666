using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>Spans of requests: overlapped memory misses on one core, and sharing out to all cores when the span is large.</summary>
[MemoryDiagnoser]
public class CheckBulk
{
    // Spans below 4,096 stay on one core.
    private const int OneCore = 2048;
    private const int ManyCores = 32_768;

    private readonly CheckResult[] _results = new CheckResult[ManyCores];
    private readonly Cursor _cursor = new();
    private Fleet _fleet = null!;

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup() => _fleet = Fleet.Of(Bindings);

    [Benchmark(Baseline = true, OperationsPerInvoke = OneCore)]
    public int OneByOne()
    {
        var allowed = 0;
        foreach (ref readonly var request in _cursor.Take(_fleet.Requests, OneCore))
        {
            allowed += _fleet.Compiled.Check(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    [Benchmark(OperationsPerInvoke = OneCore)]
    public CheckResult BulkOnOneCore()
    {
        _fleet.Compiled.Check(_cursor.Take(_fleet.Requests, OneCore), _results);
        return _results[0];
    }

    [Benchmark(OperationsPerInvoke = ManyCores)]
    public CheckResult BulkOnAllCores()
    {
        _fleet.Compiled.Check(_cursor.Take(_fleet.Requests, ManyCores), _results);
        return _results[0];
    }
}

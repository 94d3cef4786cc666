using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>Users in very many groups, as some directories make them: a check looks every group up and walks its bindings.</summary>
[MemoryDiagnoser]
public class CheckManyGroups
{
    private const int Batch = 1024;
    private const int ReferenceBatch = 4;

    private readonly Cursor _cursor = new();
    private Fleet _fleet = null!;
    private RequestAttributes[] _requests = [];

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [Params(16, 256)]
    public int Groups { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fleet = Fleet.Of(Bindings);
        _requests = _fleet.RequestsOfManyGroups(Groups);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = ReferenceBatch)]
    public int Reference()
    {
        var allowed = 0;
        foreach (ref readonly var request in _cursor.Take(_requests, ReferenceBatch))
        {
            allowed += _fleet.Reference.Authorize(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled()
    {
        var allowed = 0;
        foreach (ref readonly var request in _cursor.Take(_requests, Batch))
        {
            allowed += _fleet.Compiled.Check(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }
}

using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>Users in very many groups, as some directories make them: a check looks every group up and walks its bindings.</summary>
[MemoryDiagnoser]
public class CheckManyGroups : FleetBenchmark
{
    private const int Batch = 1024;
    private const int ReferenceBatch = 4;

    private RequestAttributes[] _requests = [];

    [Params(16, 256)]
    public int Groups { get; set; }

    protected override void Prepare() => _requests = Fleet.RequestsOfManyGroups(Groups);

    [Benchmark(Baseline = true, OperationsPerInvoke = ReferenceBatch)]
    public int Reference() => Answers.CountAllowed(Fleet.Reference, Cursor.Take(_requests, ReferenceBatch));

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled() => Answers.CountAllowed(Fleet.Compiled, Cursor.Take(_requests, Batch));
}

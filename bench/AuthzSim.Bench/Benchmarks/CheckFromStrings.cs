using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// One request after the other as texts, the way a server asks: names are hashed and looked up every time, and requests differ,
/// so user slots miss the cache. The reference walks bindings.
/// </summary>
[MemoryDiagnoser]
public class CheckFromStrings : FleetBenchmark
{
    private const int Batch = 4096;
    private const int ReferenceBatch = 16;

    private RequestAttributes[] _requests = [];

    [ParamsAllValues]
    public RequestSort Requests { get; set; }

    protected override void Prepare() => _requests = Fleet.RequestsThatAre(Requests);

    [Benchmark(Baseline = true, OperationsPerInvoke = ReferenceBatch)]
    public int Reference() => Answers.CountAllowed(Fleet.Reference, Cursor.Take(_requests, ReferenceBatch));

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled() => Answers.CountAllowed(Fleet.Compiled, Cursor.Take(_requests, Batch));

    [Benchmark(OperationsPerInvoke = Batch)]
    public int CompiledWithReason()
    {
        var length = 0;
        foreach (ref readonly var request in Cursor.Take(_requests, Batch))
        {
            length += Fleet.Compiled.Authorize(request).Reason.Length;
        }

        return length;
    }
}

using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// One request after the other as texts, the way a server asks: names are hashed and looked up every time, and requests differ,
/// so user slots miss the cache. The reference walks bindings.
/// </summary>
[MemoryDiagnoser]
public class CheckFromStrings
{
    private const int Batch = 4096;
    private const int ReferenceBatch = 16;

    private readonly Cursor _cursor = new();
    private Fleet _fleet = null!;
    private RequestAttributes[] _requests = [];

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [ParamsAllValues]
    public RequestSort Requests { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fleet = Fleet.Of(Bindings);
        _requests = _fleet.RequestsThatAre(Requests);
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

    [Benchmark(OperationsPerInvoke = Batch)]
    public int CompiledWithReason()
    {
        var length = 0;
        foreach (ref readonly var request in _cursor.Take(_requests, Batch))
        {
            length += _fleet.Compiled.Authorize(request).Reason.Length;
        }

        return length;
    }
}

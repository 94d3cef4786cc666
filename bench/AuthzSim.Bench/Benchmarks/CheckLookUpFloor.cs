using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// A check from six texts beside what looking six texts up costs in the best dictionary .NET has, with as many entries as the
/// policy has names, and beside one look-up of a user. Stresses hashing and memory misses alone.
/// </summary>
[MemoryDiagnoser]
public class CheckLookUpFloor
{
    private const int Batch = 4096;

    private readonly Cursor _cursor = new();
    private Fleet _fleet = null!;
    private SixLookUps _lookUps;
    private RequestAttributes[] _requests = [];

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fleet = Fleet.Of(Bindings);
        _lookUps = _fleet.Names.LookUps();
        _requests = _fleet.RequestsOfTwoGroups();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int SixFrozenDictionaryLookUps()
    {
        var sum = 0;
        foreach (ref readonly var request in _cursor.Take(_requests, Batch))
        {
            sum += _lookUps.Of(request);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int OneFrozenDictionaryLookUp()
    {
        var sum = 0;
        foreach (ref readonly var request in _cursor.Take(_requests, Batch))
        {
            _fleet.Names.Users.TryGetValue(request.User.Name, out var id);
            sum += id;
        }

        return sum;
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

using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// A check from six texts beside what looking six texts up costs in the best dictionary .NET has, with as many entries as the
/// policy has names, and beside one look-up of a user. Stresses hashing and memory misses alone.
/// </summary>
[MemoryDiagnoser]
public class CheckLookUpFloor : FleetBenchmark
{
    private const int Batch = 4096;

    private SixLookUps _lookUps;
    private RequestAttributes[] _requests = [];

    protected override void Prepare()
    {
        _lookUps = Fleet.Names.LookUps();
        _requests = Fleet.RequestsOfTwoGroups();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int SixFrozenDictionaryLookUps()
    {
        var sum = 0;
        foreach (ref readonly var request in Cursor.Take(_requests, Batch))
        {
            sum += _lookUps.Of(request);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int OneFrozenDictionaryLookUp()
    {
        var sum = 0;
        foreach (ref readonly var request in Cursor.Take(_requests, Batch))
        {
            Fleet.Names.Users.TryGetValue(request.User.Name, out var id);
            sum += id;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled() => Answers.CountAllowed(Fleet.Compiled, Cursor.Take(_requests, Batch));
}

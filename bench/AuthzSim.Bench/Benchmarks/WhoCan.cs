using AuthzSim.Bench.Fleets;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>The other direction: from an action to the subjects. Stresses the index by resource, and listing who was found.</summary>
[MemoryDiagnoser]
public class WhoCan
{
    private const int Batch = 256;
    private const int ReferenceBatch = 4;

    private readonly Cursor _cursor = new();
    private Fleet _fleet = null!;

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup() => _fleet = Fleet.Of(Bindings);

    [Benchmark(Baseline = true, OperationsPerInvoke = ReferenceBatch)]
    public int Reference()
    {
        var subjects = 0;
        foreach (ref readonly var request in _cursor.Take(_fleet.Requests, ReferenceBatch))
        {
            subjects += _fleet.Reference.AllowedSubjects(request).Subjects.Length;
        }

        return subjects;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled()
    {
        var subjects = 0;
        foreach (ref readonly var request in _cursor.Take(_fleet.Requests, Batch))
        {
            subjects += _fleet.Compiled.AllowedSubjects(request).Subjects.Length;
        }

        return subjects;
    }
}

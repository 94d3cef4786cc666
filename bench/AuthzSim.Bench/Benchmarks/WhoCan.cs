using AuthzSim.Bench.Fleets;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>The other direction: from an action to the subjects. Stresses the index by resource, and listing who was found.</summary>
[MemoryDiagnoser]
public class WhoCan : FleetBenchmark
{
    private const int Batch = 256;
    private const int ReferenceBatch = 4;

    [Benchmark(Baseline = true, OperationsPerInvoke = ReferenceBatch)]
    public int Reference()
    {
        var subjects = 0;
        foreach (ref readonly var request in Cursor.Take(Fleet.Requests, ReferenceBatch))
        {
            subjects += Fleet.Reference.AllowedSubjects(request).Subjects.Length;
        }

        return subjects;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Compiled()
    {
        var subjects = 0;
        foreach (ref readonly var request in Cursor.Take(Fleet.Requests, Batch))
        {
            subjects += Fleet.Compiled.AllowedSubjects(request).Subjects.Length;
        }

        return subjects;
    }
}

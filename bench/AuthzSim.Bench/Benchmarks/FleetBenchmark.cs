using AuthzSim.Bench.Fleets;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>A benchmark on a generated policy of each size, which is made once for all benchmarks in a row.</summary>
public abstract class FleetBenchmark
{
    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    internal Cursor Cursor { get; } = new();

    internal Fleet Fleet { get; private set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        Fleet = Fleet.Of(Bindings);
        Prepare();
    }

    /// <summary>Makes what the benchmark asks.</summary>
    protected virtual void Prepare()
    {
    }
}

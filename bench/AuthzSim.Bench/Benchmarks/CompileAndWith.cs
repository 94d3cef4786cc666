using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Making a policy from nothing, beside making it from one that differs in one binding. Stresses building the index, and
/// copying no more of it than the change touches.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(2)]
[IterationCount(7)]
public class CompileAndWith
{
    private Fleet _fleet = null!;
    private PolicyChange[] _changes = [];
    private int _next;

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fleet = Fleet.Of(Bindings);
        _changes = BindingChanges.Of(_fleet.Policy);
    }

    [Benchmark(Baseline = true)]
    public CompiledPolicy Compile() => CompiledPolicy.Compile(_fleet.Policy);

    [Benchmark]
    public CompiledPolicy WithOneBinding() => _fleet.Compiled.With(_changes[_next = (_next + 1) % _changes.Length]);
}

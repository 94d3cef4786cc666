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
public class CompileAndWith : FleetBenchmark
{
    private PolicyChange[] _changes = [];
    private int _next;

    protected override void Prepare() => _changes = BindingChanges.Of(Fleet.Policy);

    [Benchmark(Baseline = true)]
    public CompiledPolicy Compile() => CompiledPolicy.Compile(Fleet.Policy);

    [Benchmark]
    public CompiledPolicy WithOneBinding() => Fleet.Compiled.With(_changes[_next = (_next + 1) % _changes.Length]);
}

using AuthzSim.Bench.Fleets;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Reading, validating and building a policy from one YAML file, beside the events of YamlDotNet alone over the same bytes.
/// Stresses what is done between two events.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(1)]
[IterationCount(5)]
public class LoadYaml
{
    private FleetFile _file = null!;

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _file = FleetFile.Yaml(new FleetGenerator(new FleetOptions { Bindings = Bindings }));
    }

    [GlobalCleanup]
    public void Cleanup() => _file.Dispose();

    [Benchmark(Baseline = true)]
    public int YamlDotNetEventsAlone() => FormatFloors.YamlEvents(_file.Path);

    [Benchmark]
    public PolicySet Load() => _file.Load();
}

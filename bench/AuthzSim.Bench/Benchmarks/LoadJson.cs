using AuthzSim.Bench.Fleets;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Reading, validating and building a policy from one JSON file, beside Utf8JsonReader alone over the same bytes. Stresses the
/// decoder and the sharing of texts.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(1)]
[IterationCount(5)]
public class LoadJson
{
    private FleetFile _file = null!;
    private byte[] _bytes = [];

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _file = FleetFile.Json(new FleetGenerator(new FleetOptions { Bindings = Bindings }));
        _bytes = File.ReadAllBytes(_file.Path);
    }

    [GlobalCleanup]
    public void Cleanup() => _file.Dispose();

    [Benchmark(Baseline = true)]
    public int Utf8JsonReaderAlone() => FormatFloors.JsonTokens(_bytes);

    [Benchmark]
    public PolicySet Load() => _file.Load();
}

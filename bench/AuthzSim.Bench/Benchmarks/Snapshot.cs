using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Formats;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Snapshots: bytes to a policy that answers, bytes to objects, and objects to bytes, beside Utf8JsonReader alone over the same
/// policy as JSON. Stresses the columns, the tables of names and the index.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(1)]
[IterationCount(5)]
public class Snapshot
{
    private PolicySet _policy = PolicySet.Empty;
    private byte[] _snapshot = [];
    private byte[] _json = [];

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var generator = new FleetGenerator(new FleetOptions { Bindings = Bindings });
        using var file = FleetFile.Json(generator);
        _json = File.ReadAllBytes(file.Path);
        _policy = generator.ToPolicySet();
        _snapshot = FleetFile.SnapshotBytes(generator);
    }

    [Benchmark(Baseline = true)]
    public int Utf8JsonReaderAlone() => FormatFloors.JsonTokens(_json);

    [Benchmark]
    public CompiledPolicy LoadCompiled() => PolicySnapshot.ReadCompiled(new MemoryStream(_snapshot));

    [Benchmark]
    public PolicySet LoadObjects() => PolicySnapshot.ReadPolicySet(new MemoryStream(_snapshot));

    [Benchmark]
    public long Save()
    {
        using var stream = new MemoryStream(_snapshot.Length);
        PolicySnapshot.Write(_policy, stream);
        return stream.Length;
    }
}

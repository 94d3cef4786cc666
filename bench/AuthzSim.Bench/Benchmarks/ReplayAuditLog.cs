using AuthzSim.Bench.Fleets;
using AuthzSim.Replay;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Asking 50,000 requests of an audit log again, beside Utf8JsonReader alone over the same bytes. Stresses the walk over events
/// and the sharing of users and URLs between them.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(1)]
[IterationCount(5)]
public class ReplayAuditLog : FleetBenchmark
{
    private const int Events = 50_000;
    private const int Distinct = 2_000;

    private AuditLogFile _log = null!;
    private byte[] _bytes = [];

    protected override void Prepare()
    {
        _log = new AuditLogFile(Fleet, Events, Distinct);
        _bytes = File.ReadAllBytes(_log.Path);
    }

    [GlobalCleanup]
    public void Cleanup() => _log.Dispose();

    [Benchmark(Baseline = true)]
    public int Utf8JsonReaderAlone() => FormatFloors.JsonTokens(_bytes);

    [Benchmark]
    public ReplayResult Replay() => _log.Replay(Fleet.Compiled);
}

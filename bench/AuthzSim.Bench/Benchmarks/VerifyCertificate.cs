using AuthzSim.Bench.Credentials;
using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// From the DER of a client's certificate to a user, and on to a decision under 100,000 bindings; the floor is .NET's X509Chain
/// alone, which is given the leaf already parsed.
/// </summary>
[MemoryDiagnoser]
public class VerifyCertificate
{
    private ClientCertificateChain _chain = null!;
    private Fleet _fleet = null!;

    /// <summary>Whose key signs the leaf.</summary>
    [Params("RSA-2048", "P-256")]
    public string Authority { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _chain = new ClientCertificateChain(Authority);
        _fleet = Fleet.Of(100_000);
    }

    [GlobalCleanup]
    public void Cleanup() => _chain.Dispose();

    [Benchmark(Baseline = true)]
    public bool X509ChainBuild() => _chain.IsTrusted();

    [Benchmark]
    public bool Authenticate() => _chain.IsAuthentic();

    [Benchmark]
    public bool AuthenticateAndDecide() =>
        _fleet.Compiled.Check(RequestAttributes.ForResource(_chain.User(), "get", "pods", "", "default")).IsAllowed;
}

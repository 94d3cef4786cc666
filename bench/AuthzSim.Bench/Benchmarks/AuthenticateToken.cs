using AuthzSim.Bench.Credentials;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// A service account token from its text to its user, beside checking its signature alone with .NET's own key object. Stresses
/// what parsing, claims and look-ups add to the arithmetic; and what is left of it for a token seen before.
/// </summary>
[MemoryDiagnoser]
public class AuthenticateToken
{
    private SignedToken _token = null!;

    [Params("RS256", "ES256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _token = new SignedToken(Algorithm);

    [GlobalCleanup]
    public void Cleanup() => _token.Dispose();

    [Benchmark(Baseline = true)]
    public bool SignatureAlone() => _token.HasValidSignature();

    [Benchmark]
    public bool Authenticate() => _token.IsAuthentic();

    [Benchmark]
    public bool AuthenticateFromCache() => _token.IsKnown();
}

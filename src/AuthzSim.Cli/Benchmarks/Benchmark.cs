using System.Diagnostics;
using AuthzSim.Analysis;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Benchmarks;

/// <summary>Everything <c>authzsim bench</c> reports.</summary>
internal sealed record BenchmarkResult
{
    public required PolicySet Policy { get; init; }

    public required TimeSpan Load { get; init; }

    public required TimeSpan Compile { get; init; }

    public required long Bytes { get; init; }

    public required int Requests { get; init; }

    public required int Allowed { get; init; }

    public required Timing Reference { get; init; }

    public required Timing ReferenceWhoCan { get; init; }

    /// <summary>strings, resolved, bulk, bulkAllCores, by these names.</summary>
    public required IReadOnlyList<(string Name, Timing Timing)> Checks { get; init; }

    public required Timing WhoCan { get; init; }

    public required WalkReport Walk { get; init; }
}

/// <summary>Compiles a policy, checks its answers, and times them.</summary>
internal sealed class Benchmark(PolicySet policy, TimeSpan load, RequestAttributes[] requests, TimeSpan duration, BenchmarkProgress progress)
{
    public const string Strings = "strings";

    private const int BulkOnOneCore = 2048;
    private const int BulkPerCore = 4096;
    private const int Shares = 10;

    /// <summary>Runs; the result is null and the difference said when an answer is wrong.</summary>
    public BenchmarkResult? Run(out string? difference)
    {
        progress.Show("compiling", 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var compiled = CompiledPolicy.Compile(policy);
        var compile = Stopwatch.GetElapsedTime(start);
        var bytes = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before);

        var resolved = Resolve(compiled);
        var check = new AnswerCheck(new RbacAuthorizer(policy), compiled);
        var bulk = new CheckResult[requests.Length];
        compiled.Check(requests, bulk);
        difference = check.OnChecks(requests, resolved, bulk, i => progress.Show("checking answers", (double)i / requests.Length))
            ?? check.OnWhoCan(requests, duration / Shares);
        if (difference is not null)
        {
            return null;
        }

        var one = Repeated(BulkOnOneCore);
        var all = Repeated(BulkPerCore * Environment.ProcessorCount);
        return new BenchmarkResult
        {
            Policy = policy,
            Load = load,
            Compile = compile,
            Bytes = bytes,
            Requests = requests.Length,
            Allowed = check.Allowed,
            Reference = Of(check.ReferenceChecks),
            ReferenceWhoCan = Of(check.ReferenceWhoCan),
            Checks =
            [
                (Strings, Timed(new StringChecks(compiled, requests), 0)),
                ("resolved", Timed(new ResolvedChecks(resolved), 1)),
                ("bulk", Timed(new BulkChecks(compiled, one, new CheckResult[one.Length], BulkOnOneCore), 2)),
                ("bulkAllCores", Timed(new BulkChecks(compiled, all, new CheckResult[all.Length], all.Length), 3)),
            ],
            WhoCan = Timed(new WhoCanCalls(compiled, requests[..check.ReferenceWhoCan.Count]), 4),
            Walk = Walk(),
        };
    }

    private Timing Timed<T>(T calls, int done)
        where T : struct, ITimedCalls
    {
        const int Ways = 5;
        progress.Show("measuring", (double)done / Ways);
        return CallTimer.Measure(calls, duration / Ways);
    }

    private WalkReport Walk()
    {
        progress.Show("walking bindings", 1);
        return WalkReport.Of(policy, [.. requests]);
    }

    private (ResolvedSubject Subject, ResolvedAction Action)[] Resolve(CompiledPolicy compiled)
    {
        var subjects = requests.Select(r => r.User).Distinct().ToDictionary(u => u, compiled.Resolve);
        return [.. requests.Select(r => (subjects[r.User], compiled.Resolve(r)))];
    }

    /// <summary>The sample again and again until it fills whole calls, each of so many requests.</summary>
    private RequestAttributes[] Repeated(int perCall)
    {
        var calls = Math.Max(1, (requests.Length + perCall - 1) / perCall);
        return [.. Enumerable.Range(0, calls * perCall).Select(i => requests[i % requests.Length])];
    }

    private static Timing Of(List<double> nanoseconds) =>
        new(Percentiles.Of(nanoseconds, 1), 1e9 * nanoseconds.Count / Math.Max(1, nanoseconds.Sum()), 1, nanoseconds.Count);
}

using System.Collections.Immutable;
using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// All users × all types × all verbs of one namespace, filled on one core. Stresses the OR of role masks; the column
/// Cells says how many decisions one operation makes.
/// </summary>
[MemoryDiagnoser]
public class Matrix : FleetBenchmark
{
    private ImmutableArray<UserInfo> _users;
    private ImmutableArray<RequestAttributes> _actions;

    protected override void Prepare()
    {
        (_users, _actions) = MatrixQuestion.Of(Fleet);
        Console.WriteLine($"// cells: {_users.Length} users × {_actions.Length} actions");
    }

    [Benchmark]
    public AccessMatrix Compute() => AccessMatrix.Compute(Fleet.Compiled, _users, _actions);
}

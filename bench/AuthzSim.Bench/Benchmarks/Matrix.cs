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
public class Matrix
{
    private Fleet _fleet = null!;
    private ImmutableArray<UserInfo> _users;
    private ImmutableArray<RequestAttributes> _actions;

    [ParamsSource(typeof(FleetSizes), nameof(FleetSizes.All))]
    public int Bindings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fleet = Fleet.Of(Bindings);
        (_users, _actions) = MatrixQuestion.Of(_fleet);
        Console.WriteLine($"// cells: {_users.Length} users × {_actions.Length} actions");
    }

    [Benchmark]
    public AccessMatrix Compute() => AccessMatrix.Compute(_fleet.Compiled, _users, _actions);
}

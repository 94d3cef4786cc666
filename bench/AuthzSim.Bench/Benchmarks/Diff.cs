using AuthzSim.Analysis;
using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Who gains and loses what when one object differs. Stresses passing over what two policies share, finding the grants of the
/// few through the index, and working out once what many are granted alike.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(2)]
[IterationCount(7)]
public class Diff : FleetBenchmark
{
    private CompiledPolicy[] _roleBindings = [];
    private CompiledPolicy[] _clusterRoleBindings = [];
    private CompiledPolicy? _sharedRole;
    private PolicySet _copy = PolicySet.Empty;
    private int _next;

    protected override void Prepare()
    {
        _roleBindings = PolicyEdits.OfRoleBindings(Fleet.Compiled, Fleet.Policy);
        _clusterRoleBindings = PolicyEdits.OfClusterRoleBindings(Fleet.Compiled, Fleet.Policy);
        _sharedRole = Fleet.Compiled.With(PolicyChange.Put(PolicyEdits.OfTheMostSharedRole(Fleet.Policy).Changed));
        _copy = PolicyEdits.CopyWithOneBindingChanged(Fleet.Generator);
    }

    [Benchmark(Baseline = true)]
    public PolicyDiff OneRoleBinding() => PolicyDiff.Compute(Fleet.Compiled, _roleBindings[_next = (_next + 1) % _roleBindings.Length]);

    [Benchmark]
    public PolicyDiff OneClusterRoleBinding() =>
        PolicyDiff.Compute(Fleet.Compiled, _clusterRoleBindings[_next = (_next + 1) % _clusterRoleBindings.Length]);

    [Benchmark]
    public PolicyDiff SharedRole() => PolicyDiff.Compute(Fleet.Compiled, _sharedRole!);

    [Benchmark]
    public PolicyDiff TwoFolders() => PolicyDiff.Compute(Fleet.Policy, _copy);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about whole policies: the other direction, the matrix, changes and memory.</summary>
internal sealed class PolicyRatios(Interleaved interleaved)
{
    private const double MatrixGoal = 5e9;
    private const double BytesGoal = 200;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        var compiled = WhoCanP50(fleet.Compiled, fleet, samples: 20_000);
        var reference = WhoCanP50(fleet.Reference, fleet, samples: 300);
        var whoCan = Ratio.AtLeast(1000, "who-can, p50, reference ÷ compiled", ("reference", reference), ("compiled", compiled));
        yield return whoCan with { Numbers = $"{whoCan.Numbers}; {MedianSubjects(fleet)} subjects, p50" };
        yield return Matrix(fleet);
        yield return With(fleet);
        yield return Memory(fleet);
    }

    private static double WhoCanP50(IRbacEvaluator evaluator, Fleet fleet, int samples) =>
        Percentiles.Median(fleet.Requests.Length, samples, i => evaluator.AllowedSubjects(fleet.Requests[i]).Subjects.Length);

    private static int MedianSubjects(Fleet fleet)
    {
        const int Sample = 2001;
        var counts = fleet.Requests.Take(Sample).Select(r => fleet.Compiled.AllowedSubjects(r).Subjects.Length).Order().ToList();
        return counts[Sample / 2];
    }

    private Ratio Matrix(Fleet fleet)
    {
        var (users, actions) = MatrixQuestion.Of(fleet);
        var time = interleaved.Medians(
            Contender.Whole(() => AccessMatrix.Compute(fleet.Compiled, users, actions).Row(0).Length))[0];
        var cells = (double)users.Length * actions.Length;
        var perSecond = cells / (time / 1e9);
        return new Ratio(
            "matrix, decisions a second on one core",
            "at least 5 billion",
            string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e9:0.##} billion"),
            string.Create(CultureInfo.InvariantCulture, $"{users.Length:N0} users × {actions.Length:N0} actions in {time / 1e6:0.##} ms"),
            perSecond >= MatrixGoal);
    }

    private Ratio With(Fleet fleet)
    {
        var changes = BindingChanges.Of(fleet.Policy);
        var change = Percentiles.Median(changes.Length, samples: 20_000, i => fleet.Compiled.With(changes[i]).GetHashCode());
        var compile = interleaved.Medians(Contender.Whole(() => CompiledPolicy.Compile(fleet.Policy).GetHashCode()))[0];
        return Ratio.AtMost(1.0 / 5000, "With of one binding (put or removed) ÷ compile from scratch", ("With", change), ("compile", compile));
    }

    private static Ratio Memory(Fleet fleet)
    {
        // The first one pays for what the runtime keeps, and what earlier rows left behind is gone with it.
        CompileAndForget(fleet.Generator);
        var before = MemoryInUse();
        var compiled = CompileAndForget(fleet.Generator);
        var bytes = MemoryInUse() - before;
        GC.KeepAlive(compiled);
        var bindings = fleet.Policy.ClusterRoleBindings.Length + fleet.Policy.RoleBindings.Length;
        var each = (double)bytes / bindings;
        return new Ratio(
            "managed memory of a compiled policy, names for reasons included, a binding",
            "at most 200 bytes",
            $"{Ratio.Text(each)} bytes",
            string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes for {bindings:N0} bindings and their roles"),
            each <= BytesGoal);
    }

    private static long MemoryInUse()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompiledPolicy CompileAndForget(FleetGenerator generator) => CompiledPolicy.Compile(generator.ToPolicySet());
}

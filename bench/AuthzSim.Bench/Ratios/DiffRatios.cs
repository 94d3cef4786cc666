using System.Diagnostics;
using System.Globalization;
using AuthzSim.Analysis;
using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Generation;
using AuthzSim.Rbac;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about who gains and loses what between two policies.</summary>
internal sealed class DiffRatios(Interleaved interleaved)
{
    private const double ShareOfCompile = 1.0 / 100;
    private const double MostSeconds = 1;
    private const double LinearWithin = 1.3;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        var both = ("compile of both sides", 2 * interleaved.Medians(Contender.Whole(() => CompiledPolicy.Compile(fleet.Policy).GetHashCode()))[0]);
        yield return OneChanged("role binding", PolicyEdits.OfRoleBindings(fleet.Compiled, fleet.Policy));
        yield return OneChanged("cluster role binding", PolicyEdits.OfClusterRoleBindings(fleet.Compiled, fleet.Policy));
        yield return TwoFolders(fleet, both);
        yield return SharedRole(fleet);

        Ratio OneChanged(string what, CompiledPolicy[] edited) => Ratio.AtMost(
            ShareOfCompile,
            $"diff, one {what} changed with With, p50 ÷ compile of both sides",
            ("diff", Percentiles.Median(edited.Length, samples: 2000, i => PolicyDiff.Compute(fleet.Compiled, edited[i]).Subjects.Length)),
            both);
    }

    /// <summary>Nothing in common but luck: time for each thing that the difference says must not grow with the policies.</summary>
    public IEnumerable<Ratio> Unrelated(int bindings)
    {
        var (half, whole) = (Pair(bindings / 2), Pair(bindings));
        var times = interleaved.Medians(
            Contender.Whole(() => Read(PolicyDiff.Compute(half.Before, half.After))), Contender.Whole(() => Read(PolicyDiff.Compute(whole.Before, whole.After))));
        var compute = interleaved.Medians(Contender.Whole(() => PolicyDiff.Compute(whole.Before, whole.After).Subjects.Length))[0];
        var items = new[] { half, whole }.Select(p => (double)Read(PolicyDiff.Compute(p.Before, p.After))).ToList();
        var ratio = times[1] / items[1] / (times[0] / items[0]);
        yield return new Ratio(
            "diff of two unrelated policies, read in full, time for each thing said ÷ the same at half the size",
            string.Create(CultureInfo.InvariantCulture, $"about 1, at most {LinearWithin}"),
            Ratio.Text(ratio),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{bindings:N0} bindings: {times[1] / 1e9:0.##} s ({compute / 1e9:0.##} s without its paths), {items[1]:N0} subjects and paths; {bindings / 2:N0}: {times[0] / 1e9:0.##} s, {items[0]:N0}"),
            ratio <= LinearWithin);
    }

    private static (CompiledPolicy Before, CompiledPolicy After) Pair(int bindings) =>
        (CompiledPolicy.Compile(new FleetGenerator(new FleetOptions { Bindings = bindings }).ToPolicySet()),
        CompiledPolicy.Compile(new FleetGenerator(new FleetOptions { Bindings = bindings, Seed = 2 }).ToPolicySet()));

    private static long Read(PolicyDiff diff) => diff.Subjects.Sum(c => (long)c.Who.Length + c.GainedThrough.Length + c.LostThrough.Length);

    private Ratio TwoFolders(Fleet fleet, (string Name, double Nanoseconds) both)
    {
        var copy = PolicyEdits.CopyWithOneBindingChanged(fleet.Generator);
        var diff = interleaved.Medians(Contender.Whole(() => PolicyDiff.Compute(fleet.Policy, copy).Subjects.Length))[0];
        return Ratio.AtMost(1, "diff of two policies that were read, one role binding changed ÷ compile of both sides", ("diff", diff), both);
    }

    private Ratio SharedRole(Fleet fleet)
    {
        var (role, subjects) = PolicyEdits.OfTheMostSharedRole(fleet.Policy);
        var after = fleet.Compiled.With(PolicyChange.Put(role));
        var seconds = interleaved.Medians(Contender.Whole(() => PolicyDiff.Compute(fleet.Compiled, after).Subjects.Length))[0] / 1e9;
        var start = Stopwatch.GetTimestamp();
        var read = Read(PolicyDiff.Compute(fleet.Compiled, after));
        return new Ratio(
            "diff, a role changed that many subjects share",
            string.Create(CultureInfo.InvariantCulture, $"at most {MostSeconds} s"),
            $"{Ratio.Text(seconds)} s",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{subjects:N0} subjects; read in full, {read:N0} subjects and paths, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.##} s"),
            seconds <= MostSeconds);
    }
}

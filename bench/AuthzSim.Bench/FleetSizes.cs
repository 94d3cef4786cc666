namespace AuthzSim.Bench;

/// <summary>The numbers of bindings that benchmarks run at.</summary>
public static class FleetSizes
{
    private static int[] _all = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>All of them.</summary>
    public static IEnumerable<int> All => _all;

    internal static void UseOne() => _all = [100_000];
}

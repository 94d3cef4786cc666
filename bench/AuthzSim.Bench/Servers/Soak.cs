using System.Diagnostics;
using System.Globalization;
using AuthzSim.Bench.Fleets;

namespace AuthzSim.Bench.Servers;

/// <summary>
/// Serves for a long time, with reviews from many connections, a policy that is reloaded each second, and somebody who makes and
/// deletes bindings; says what memory does meanwhile.
/// </summary>
internal static class Soak
{
    private const int Bindings = 10_000;
    private const int Connections = 16;
    private const int Parts = 10;
    private static readonly TimeSpan _reloadInterval = TimeSpan.FromSeconds(1);

    /// <summary>How much the heap may grow from the third part of the time to the last: what is noise is less.</summary>
    private const double MostGrowth = 1.1;

    /// <summary>Soaks; true when memory was flat.</summary>
    public static async Task<bool> RunAsync(TimeSpan time)
    {
        var fleet = new Fleet(Bindings);
        using var certificate = BenchCertificate.Create();
        await using var served = await ServedFleet.StartAsync(fleet, certificate);
        await using var load = await LoadGenerator.ConnectAsync(served.Server.Address, Connections, served.Requests);
        await using var writer = await LoadGenerator.ConnectAsync(served.Server.Address, 1, Writes());
        using var end = new CancellationTokenSource();
        var quiet = new Lock();
        var reloads = Task.Run(() => Reload(served, fleet, quiet, end.Token));
        List<long> heaps = [];
        for (var part = 1; part <= Parts; part++)
        {
            var (reviews, writes, p99) = await RunAsync(load, writer, time / Parts);

            // What a reload needs while it goes on is not what is kept.
            lock (quiet)
            {
                heaps.Add(GC.GetTotalMemory(forceFullCollection: true));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{part * time.TotalSeconds / Parts,5:f0} s: {reviews,7:n0} reviews/s, p99 {p99,7:n0} µs, "
                + $"{writes,5:n0} writes/s, heap {heaps[^1] / 1e6:f1} MB, working set {Process.GetCurrentProcess().WorkingSet64 / 1e6:f0} MB"));
        }

        await end.CancelAsync();
        var count = await reloads;
        var growth = heaps[^1] / (double)heaps[2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} reloads; the heap at the end is {growth:f3} of that after {3 * time.TotalSeconds / Parts:f0} s"));
        return growth <= MostGrowth;
    }

    /// <summary>Keeps nothing of how long each answer took, which is no memory of the server's.</summary>
    private static async Task<(double Reviews, double Writes, double P99)> RunAsync(LoadGenerator load, LoadGenerator writer, TimeSpan time)
    {
        var reviews = load.RunAsync(time);
        var writes = await writer.RunAsync(time);
        var answered = await reviews;
        return (answered.PerSecond, writes.PerSecond, answered.Percentile(0.99));
    }

    private static async Task<int> Reload(ServedFleet served, Fleet fleet, Lock quiet, CancellationToken end)
    {
        var fewer = fleet.Policy with { RoleBindings = fleet.Policy.RoleBindings.RemoveRange(0, Bindings / 10) };
        var count = 0;
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(_reloadInterval, CancellationToken.None);
            lock (quiet)
            {
                served.Server.Reload(++count % 2 == 0 ? fleet.Policy : fewer);
            }
        }

        return count;
    }

    /// <summary>Makes a binding and deletes it again.</summary>
    private static byte[][] Writes()
    {
        const string Path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        return
        [
            ServedFleet.Request(
                "POST", Path, """{"metadata":{"name":"soak"},"roleRef":{"kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"soak"}]}"""u8),
            ServedFleet.Request("DELETE", Path + "/soak", []),
        ];
    }
}

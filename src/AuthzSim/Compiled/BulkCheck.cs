using System.Runtime.InteropServices;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// Checks many requests: in groups, whose memory misses overlap, and on all cores when there are thousands.
/// </summary>
internal static class BulkCheck
{
    private const int PerCore = 2048;

    /// <summary>All requests, on all cores when there are many.</summary>
    public static void Run(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        var cores = Math.Min(Environment.ProcessorCount, requests.Length / PerCore);
        if (cores <= 1)
        {
            RunHere(tables, requests, results);
        }
        else
        {
            RunOn(cores, tables, requests, results);
        }
    }

    private static unsafe void RunOn(int cores, PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        var count = requests.Length;

        // The spans stay pinned until every core is done, so the pointers reach the very elements; the references inside
        // them are the collector's to move, as in any array.
#pragma warning disable CS8500
        fixed (RequestAttributes* request = requests)
        fixed (CheckResult* result = results)
        {
            var (from, to) = ((nint)request, (nint)result);
            Parallel.For(0, cores, core =>
            {
                var (start, end) = ((int)((long)count * core / cores), (int)((long)count * (core + 1) / cores));
                RunHere(
                    tables,
                    MemoryMarshal.CreateReadOnlySpan(ref ((RequestAttributes*)from)[start], end - start),
                    MemoryMarshal.CreateSpan(ref ((CheckResult*)to)[start], end - start));
            });
        }
#pragma warning restore CS8500
    }

    /// <summary>All requests, on this core.</summary>
    public static void RunHere(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        for (var start = 0; start < requests.Length; start += BulkGroup.Size)
        {
            var length = Math.Min(BulkGroup.Size, requests.Length - start);
            BulkGroup.Check(tables, requests.Slice(start, length), results[start..]);
        }
    }
}

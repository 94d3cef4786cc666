using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// Checks many requests. Memory misses are the cost of a check, so a group of requests goes through each stage together:
/// the slots of all users are on their way before the first is used, then their lists of bindings.
/// </summary>
internal static class BulkCheck
{
    private const int GroupSize = 16;
    private const int PerCore = 2048;

    /// <summary>All requests, on all cores when there are many.</summary>
    public static unsafe void Run(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        var cores = Math.Min(Environment.ProcessorCount, requests.Length / PerCore);
        if (cores <= 1)
        {
            RunHere(tables, requests, results);
            return;
        }

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
                    new ReadOnlySpan<RequestAttributes>((RequestAttributes*)from + start, end - start),
                    new Span<CheckResult>((CheckResult*)to + start, end - start));
            });
        }
#pragma warning restore CS8500
    }

    /// <summary>All requests, on this core.</summary>
    public static void RunHere(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        for (var start = 0; start < requests.Length; start += GroupSize)
        {
            var length = Math.Min(GroupSize, requests.Length - start);
            CheckGroup(tables, requests.Slice(start, length), results[start..]);
        }
    }

    private static void CheckGroup(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        Span<uint> hashes = stackalloc uint[GroupSize];
        PostingLists postings = default;
        for (var i = 0; i < requests.Length; i++)
        {
            hashes[i] = SeededHash.Of(requests[i].User.Name);
            tables.Users.Prefetch(hashes[i]);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            ref readonly var slot = ref tables.Users.Find(hashes[i], requests[i].User.Name);
            postings[i] = Unsafe.IsNullRef(in slot) ? [] : slot.Payload;
            Prefetch(postings[i]);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            results[i] = CompiledPolicy.Walk(tables, requests[i], postings[i]);
        }
    }

    private static unsafe void Prefetch(Posting[] postings)
    {
        if (Sse.IsSupported)
        {
            // Only the object's address of this moment: a stale one costs a useless prefetch.
            Sse.Prefetch0(*(void**)Unsafe.AsPointer(ref postings));
        }
    }

    [InlineArray(GroupSize)]
    private struct PostingLists
    {
        private Posting[] _first;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        for (var start = 0; start < requests.Length; start += GroupSize)
        {
            var length = Math.Min(GroupSize, requests.Length - start);
            CheckGroup(tables, requests.Slice(start, length), results[start..]);
        }
    }

    private static void CheckGroup(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        Span<uint> hashes = stackalloc uint[GroupSize];
        Namespaces namespaces = default;
        for (var i = 0; i < requests.Length; i++)
        {
            hashes[i] = SeededHash.Of(requests[i].User.Name);
            tables.Users.Prefetch(hashes[i]);
            namespaces[i] = RequestWalk.NamespaceOf(tables, requests[i]);
            Prefetch(namespaces[i]);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            namespaces[i]?.Prefetch();
        }

        for (var i = 0; i < requests.Length; i++)
        {
            ref readonly var request = ref requests[i];
            ref readonly var slot = ref tables.Users.Find(hashes[i], request.User.Name);
            results[i] = request.IsResourceRequest
                ? RequestWalk.Check(tables, request.User, slot, namespaces[i], new ResourceMatcher(tables.Vocabulary.Resolve(request)))
                : RequestWalk.Check(tables, request.User, slot, namespaces[i], CompiledPolicy.UrlMatcherOf(tables, request));
        }
    }

    private static unsafe void Prefetch(NamespaceBindings? bindings)
    {
        if (Sse.IsSupported)
        {
            // Only the object's address of this moment: a stale one costs a useless prefetch.
            Sse.Prefetch0(*(void**)Unsafe.AsPointer(ref bindings));
        }
    }

    [InlineArray(GroupSize)]
    private struct Namespaces
    {
        private NamespaceBindings? _first;
    }
}

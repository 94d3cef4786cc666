using System.Runtime.CompilerServices;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// Checks a group of requests stage by stage, each for all of them before the next: what a stage will touch has been on its
/// way since the stage before, so that the memory misses of the group overlap. Same answers as <see cref="RequestWalk"/>.
/// </summary>
internal static class BulkGroup
{
    /// <summary>The most requests a group may have.</summary>
    public const int Size = 16;

    private const int MostIdentities = 8;
    private const int MostPostings = 8;

    [SkipLocalsInit]
    public static void Check(PolicyTables tables, ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        Span<uint> userHashes = stackalloc uint[Size];
        Span<uint> namespaceHashes = stackalloc uint[Size];
        for (var i = 0; i < requests.Length; i++)
        {
            ref readonly var request = ref requests[i];
            userHashes[i] = SeededHash.Of(request.User.Name);
            tables.Users.PrefetchIndex(userHashes[i]);
            namespaceHashes[i] = SeededHash.Of(request.Namespace);
            tables.Namespaces.PrefetchIndex(namespaceHashes[i]);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            tables.Users.PrefetchSlot(userHashes[i]);
            tables.Namespaces.PrefetchSlot(namespaceHashes[i]);
        }

        Namespaces namespaces = default;
        for (var i = 0; i < requests.Length; i++)
        {
            namespaces[i] = RequestWalk.NamespaceOf(tables, requests[i], namespaceHashes[i]);
            namespaces[i].Prefetch();
        }

        Walk(tables, requests, userHashes, namespaces, results);
    }

    [SkipLocalsInit]
    private static void Walk(
        PolicyTables tables,
        ReadOnlySpan<RequestAttributes> requests,
        ReadOnlySpan<uint> userHashes,
        ReadOnlySpan<NamespaceBindings> namespaces,
        Span<CheckResult> results)
    {
        Span<int> identities = stackalloc int[Size * MostIdentities];
        Span<int> identityCounts = stackalloc int[Size];
        Span<Posting> postings = stackalloc Posting[Size * MostPostings];
        Span<int> postingCounts = stackalloc int[Size];
        for (var i = 0; i < requests.Length; i++)
        {
            var user = requests[i].User;
            if (user.Groups.Length >= MostIdentities)
            {
                postingCounts[i] = -1;
                continue;
            }

            var own = identities.Slice(i * MostIdentities, MostIdentities);
            own = own[..(identityCounts[i] = RequestWalk.Identify(tables, user, userHashes[i], own))];
            postingCounts[i] = Gather(tables, own, namespaces[i], postings.Slice(i * MostPostings, MostPostings));
        }

        for (var i = 0; i < requests.Length; i++)
        {
            foreach (ref readonly var posting in postings.Slice(i * MostPostings, Math.Max(0, postingCounts[i])))
            {
                tables.Roles.Unchecked(posting.Role).Grants.Prefetch();
            }
        }

        for (var i = 0; i < requests.Length; i++)
        {
            if (postingCounts[i] < 0)
            {
                results[i] = RequestWalk.Check(tables, requests[i]);
                continue;
            }

            var own = identities.Slice(i * MostIdentities, identityCounts[i]);
            var found = postings.Slice(i * MostPostings, postingCounts[i]);
            results[i] = requests[i].IsResourceRequest
                ? Decide(tables, own, found, new ResourceMatcher(tables.Vocabulary.Resolve(requests[i])))
                : Decide(tables, own, found, CompiledPolicy.UrlMatcherOf(tables, requests[i]));
        }
    }

    /// <summary>Collects what the namespace has for the identities; -1 when it is more than there is room for.</summary>
    private static int Gather(PolicyTables tables, ReadOnlySpan<int> identities, NamespaceBindings @namespace, Span<Posting> postings)
    {
        var count = 0;
        foreach (var identity in identities)
        {
            var cluster = tables.ClusterPostingsOf(identity);
            if (!cluster.IsEmpty)
            {
                Cache.Prefetch(in cluster[0]);
            }

            foreach (ref readonly var posting in @namespace.PostingsOf(identity))
            {
                if (count == postings.Length)
                {
                    return -1;
                }

                Cache.Prefetch(in tables.Roles.Unchecked(posting.Role));
                postings[count++] = posting;
            }
        }

        return count;
    }

    private static CheckResult Decide<TMatcher>(
        PolicyTables tables, ReadOnlySpan<int> identities, ReadOnlySpan<Posting> postings, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        var clusterBinding = PostingWalk.FirstOfCluster(tables, identities, matcher);
        if (clusterBinding != PostingWalk.None)
        {
            return CheckResult.AllowedByClusterBinding(clusterBinding);
        }

        var best = PostingWalk.None;
        foreach (ref readonly var posting in postings)
        {
            if (posting.Binding < best && PostingWalk.IsAllowed(tables.Roles, posting.Role, matcher))
            {
                best = posting.Binding;
            }
        }

        return best == PostingWalk.None ? CheckResult.NoOpinion : CheckResult.AllowedByRoleBinding(best);
    }

    [InlineArray(Size)]
    private struct Namespaces
    {
        private NamespaceBindings _first;
    }
}

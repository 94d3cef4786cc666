using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>
/// Finds the first binding, in policy order, that allows a request, over the lists of a user's identities. Each list is in
/// order, so each is left at its first hit or at the best place found so far.
/// </summary>
internal struct PostingWalk(int @namespace)
{
    private const int LinearScan = 12;

    private int _clusterBinding = int.MaxValue;
    private int _roleBinding = int.MaxValue;

    public readonly CheckResult Result =>
        _clusterBinding != int.MaxValue ? CheckResult.AllowedByClusterBinding(_clusterBinding)
        : _roleBinding != int.MaxValue ? CheckResult.AllowedByRoleBinding(_roleBinding)
        : CheckResult.NoOpinion;

    /// <summary>Looks through the bindings of one identity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Visit<TMatcher>(ReadOnlySpan<Posting> postings, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher
    {
        var i = 0;
        for (; i < postings.Length; i++)
        {
            ref readonly var posting = ref postings[i];
            if (posting.Namespace != Posting.ClusterScope)
            {
                break;
            }

            if (posting.Binding >= _clusterBinding)
            {
                return;
            }

            ref readonly var role = ref roles[posting.Role];
            if ((role.Filter & matcher.FilterBit) != 0 && matcher.IsAllowedBy(role.Role!))
            {
                _clusterBinding = posting.Binding;
                return;
            }
        }

        // A cluster role binding is always named before a role binding.
        if (@namespace >= 0 && _clusterBinding == int.MaxValue && i < postings.Length)
        {
            VisitNamespace(postings[i..], roles, matcher);
        }
    }

    private void VisitNamespace<TMatcher>(ReadOnlySpan<Posting> postings, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher
    {
        for (var i = FirstOf(postings, @namespace); i < postings.Length; i++)
        {
            ref readonly var posting = ref postings[i];
            if (posting.Namespace != @namespace || posting.Binding >= _roleBinding)
            {
                return;
            }

            ref readonly var role = ref roles[posting.Role];
            if ((role.Filter & matcher.FilterBit) != 0 && matcher.IsAllowedBy(role.Role!))
            {
                _roleBinding = posting.Binding;
                return;
            }
        }
    }

    /// <summary>The first posting of a namespace or a later one.</summary>
    public static int FirstOf(ReadOnlySpan<Posting> postings, int @namespace)
    {
        int low = 0, high = postings.Length;
        while (high - low > LinearScan)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (postings[middle].Namespace < @namespace)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        while (low < high && postings[low].Namespace < @namespace)
        {
            low++;
        }

        return low;
    }
}

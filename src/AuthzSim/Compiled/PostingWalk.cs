using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>
/// Finds the first binding, in policy order, that allows a request, over the lists of a user's identities. Each list is in
/// order, so each is left at its first hit or at the best place found so far.
/// </summary>
internal static class PostingWalk
{
    /// <summary>The place of no binding.</summary>
    public const int None = int.MaxValue;

    /// <summary>The first binding of the list before <paramref name="best"/> whose role allows what is asked; else <paramref name="best"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First<TMatcher>(ReadOnlySpan<Posting> postings, int best, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher
    {
        foreach (ref readonly var posting in postings)
        {
            if (posting.Binding >= best)
            {
                break;
            }

            ref readonly var role = ref roles[posting.Role];
            if ((role.Filter & matcher.FilterBit) != 0 && matcher.IsAllowedBy(role.Role!))
            {
                return posting.Binding;
            }
        }

        return best;
    }
}

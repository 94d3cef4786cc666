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

    /// <summary>The first cluster role binding of any of the identities whose role allows what is asked.</summary>
    public static int FirstOfCluster<TMatcher>(PolicyTables tables, ReadOnlySpan<int> identities, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        var best = None;
        foreach (var identity in identities)
        {
            best = First(tables.ClusterPostingsOf(identity), best, tables.Roles, matcher);
        }

        return best;
    }

    /// <summary>The first binding of the list before <paramref name="best"/> whose role allows what is asked; else <paramref name="best"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int First<TMatcher>(ReadOnlySpan<Posting> postings, int best, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        foreach (ref readonly var posting in postings)
        {
            if (Ends(posting, ref best, roles, matcher))
            {
                break;
            }
        }

        return best;
    }

    /// <summary>The same over the role bindings of an identity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First<TMatcher>(
        NamespaceBindings.IdentityPostings postings, int best, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        foreach (ref readonly var posting in postings)
        {
            if (Ends(posting, ref best, roles, matcher))
            {
                break;
            }
        }

        return best;
    }

    /// <summary>True when a list need not be followed further: it is past the best place, or this binding is the new best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Ends<TMatcher>(in Posting posting, ref int best, ChunkedArray<RoleSlot> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        if (posting.Binding >= best)
        {
            return true;
        }

        if (!IsAllowed(roles, posting.Role, matcher))
        {
            return false;
        }

        best = posting.Binding;
        return true;
    }

    /// <summary>Does a role, which may not exist, allow what is asked?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAllowed<TMatcher>(ChunkedArray<RoleSlot> roles, int role, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        ref readonly var slot = ref roles.Unchecked(role);
        return (slot.Filter & matcher.FilterBit) != 0 && matcher.IsAllowedBy(slot);
    }
}

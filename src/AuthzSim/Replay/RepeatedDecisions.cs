using System.Runtime.CompilerServices;
using AuthzSim.Audit;
using AuthzSim.Requests;

namespace AuthzSim.Replay;

/// <summary>
/// Remembers what was decided on requests that come again, in a table of fixed size. Events that share users and actions are
/// known by these very objects, which never change; what is asked for the first time is not kept, so that events that share
/// none cost no memory.
/// </summary>
internal sealed class RepeatedDecisions
{
    private const int Slots = 1 << 14;

    private readonly Entry[] _entries = new Entry[Slots];
    private readonly ulong[] _seenOnce = new ulong[Slots];

    /// <summary>What was kept for a request; false when nothing was.</summary>
    /// <param name="user">The effective user.</param>
    /// <param name="action">The action.</param>
    /// <param name="decided">What was kept.</param>
    /// <param name="hash">What to <see cref="Put"/> it under.</param>
    public bool TryGet(UserInfo user, AuditedAction action, out ReplayedDecision decided, out ulong hash)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        hash = (((ulong)RuntimeHelpers.GetHashCode(user) << 32) | (uint)RuntimeHelpers.GetHashCode(action)) * Odd;
        ref readonly var entry = ref _entries[SlotOf(hash)];
        decided = entry.Decided;
        return ReferenceEquals(entry.User, user) && ReferenceEquals(entry.Action, action);
    }

    /// <summary>Keeps a decision that is made for the second time.</summary>
    /// <param name="hash">What <see cref="TryGet"/> gave.</param>
    /// <param name="user">The effective user.</param>
    /// <param name="action">The action.</param>
    /// <param name="decided">The decision.</param>
    public void Put(ulong hash, UserInfo user, AuditedAction action, ReplayedDecision decided)
    {
        var slot = SlotOf(hash);
        if (_seenOnce[slot] == hash)
        {
            _entries[slot] = new Entry(user, action, decided);
        }

        _seenOnce[slot] = hash;
    }

    private static int SlotOf(ulong hash) => (int)(hash >> 50);

    private readonly record struct Entry(UserInfo? User, AuditedAction? Action, ReplayedDecision Decided);
}

/// <summary>What the policies decide on a request.</summary>
/// <param name="WasAllowed">What the first policy decides; false when there is none.</param>
/// <param name="IsAllowed">What the second policy decides.</param>
internal readonly record struct ReplayedDecision(bool WasAllowed, bool IsAllowed);

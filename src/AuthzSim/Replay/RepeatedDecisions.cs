using AuthzSim.Audit;
using AuthzSim.Requests;

namespace AuthzSim.Replay;

/// <summary>
/// Remembers what was decided on requests that come again, in a table of fixed size in which a request may stand in two places.
/// Events that share users and actions are known by these very objects, which never change. Where there is no room left, what is
/// asked for the first time is not kept.
/// </summary>
internal sealed class RepeatedDecisions
{
    private const int SlotBits = 14;
    private const int SeenBits = 16;
    private const int HashBits = 64;

    private readonly Entry[] _entries = new Entry[1 << SlotBits];
    private readonly uint[] _seenOnce = new uint[1 << SeenBits];

    /// <summary>What was kept for a request; false when nothing was.</summary>
    /// <param name="hash">The event's <see cref="AuditEvent.SharedHash"/>.</param>
    /// <param name="user">The effective user.</param>
    /// <param name="action">The action.</param>
    /// <param name="decided">What was kept.</param>
    public bool TryGet(ulong hash, UserInfo user, AuditedAction action, out ReplayedDecision decided)
    {
        ref readonly var entry = ref _entries[SlotOf(hash)];
        if (!entry.Is(user, action))
        {
            entry = ref _entries[SlotOf(hash) ^ 1];
        }

        decided = entry.Decided;
        return entry.Is(user, action);
    }

    /// <summary>
    /// Keeps a decision for which there is room, or that is made for the second time: it drives out the older one of the two that
    /// may be there.
    /// </summary>
    /// <param name="hash">The event's <see cref="AuditEvent.SharedHash"/>.</param>
    /// <param name="user">The effective user.</param>
    /// <param name="action">The action.</param>
    /// <param name="decided">The decision.</param>
    public void Put(ulong hash, UserInfo user, AuditedAction action, ReplayedDecision decided)
    {
        if (hash == 0)
        {
            return;
        }

        ref var seen = ref _seenOnce[(int)(hash >> (HashBits - SeenBits))];
        var slot = SlotOf(hash);
        if (_entries[slot].Action is null || seen == (uint)hash)
        {
            _entries[slot ^ 1] = _entries[slot];
            _entries[slot] = new Entry(user, action, decided);
        }

        seen = (uint)hash;
    }

    private static int SlotOf(ulong hash) => (int)(hash >> (HashBits - SlotBits));

    private readonly record struct Entry(UserInfo? User, AuditedAction? Action, ReplayedDecision Decided)
    {
        public bool Is(UserInfo user, AuditedAction action) => ReferenceEquals(User, user) && ReferenceEquals(Action, action);
    }
}

/// <summary>What the policies decide on a request.</summary>
/// <param name="WasAllowed">What the first policy decides; false when there is none.</param>
/// <param name="IsAllowed">What the second policy decides.</param>
internal readonly record struct ReplayedDecision(bool WasAllowed, bool IsAllowed);

using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>What is asked of a role; a struct, so that the walk is compiled for each sort of question.</summary>
internal interface IActionMatcher
{
    /// <summary>The bit that the filter of every role that can allow this has; see <see cref="CompiledRole.Filter"/>.</summary>
    ulong FilterBit { get; }

    /// <summary>Does the role, which exists and passes the filter, allow what is asked?</summary>
    bool IsAllowedBy(in RoleSlot slot);
}

/// <summary>A resource request.</summary>
internal readonly ref struct ResourceMatcher(ActionIds action) : IActionMatcher
{
    private readonly ActionIds _action = action;

    public ulong FilterBit { get; } = CompiledRole.FilterBit(action.Resource);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAllowedBy(in RoleSlot slot) =>
        (slot.Grants.VerbsOn(_action.ApiGroup, _action.Resource) & _action.VerbBit) != 0
        || (slot.HasMoreThanGrants && slot.Role!.AllowsBeyondGrants(in _action));
}

/// <summary>A non-resource request.</summary>
internal readonly struct UrlMatcher(int verbId, string path) : IActionMatcher
{
    private readonly ulong _verbBit = Vocabulary.BitOf(verbId);

    public ulong FilterBit => ulong.MaxValue;

    public bool IsAllowedBy(in RoleSlot slot) => slot.Role!.HasUrls && slot.Role.AllowsUrl(verbId, _verbBit, path);
}

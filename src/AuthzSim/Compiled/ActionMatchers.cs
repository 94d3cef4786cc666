using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>What is asked of a role; a struct, so that the walk is compiled for each sort of question.</summary>
internal interface IActionMatcher
{
    /// <summary>Does the role allow what is asked?</summary>
    bool IsAllowedBy(CompiledRole role);
}

/// <summary>A resource request.</summary>
internal readonly struct ResourceMatcher(ActionIds action) : IActionMatcher
{
    private readonly ActionIds _action = action;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAllowedBy(CompiledRole role) => role.Allows(in _action);
}

/// <summary>A non-resource request.</summary>
internal readonly struct UrlMatcher(int verbId, string path) : IActionMatcher
{
    private readonly ulong _verbBit = Vocabulary.BitOf(verbId);

    public bool IsAllowedBy(CompiledRole role) => role.HasUrls && role.AllowsUrl(verbId, _verbBit, path);
}

using System.Collections.Immutable;
using AuthzSim.Analysis;

namespace AuthzSim.Impact;

/// <summary>A change of access with what it means.</summary>
/// <typeparam name="TWho">A subject of bindings, or a user with groups.</typeparam>
/// <param name="Change">Who gained and lost what, through what.</param>
/// <param name="Unagreed">The gained access that no exception agrees to.</param>
/// <param name="Risks">The risks in <paramref name="Unagreed"/>, the worst first; none when it is empty.</param>
/// <param name="Exceptions">The exceptions that agree to part of what was gained.</param>
/// <param name="Note">What else to know, or null.</param>
public sealed record AssessedChange<TWho>(
    AccessChange<TWho> Change,
    AccessSet Unagreed,
    ImmutableArray<AccessRisk> Risks,
    ImmutableArray<AccessException> Exceptions,
    string? Note)
{
    /// <summary>The severity of the worst risk; null when nothing was gained that is not agreed on.</summary>
    public Severity? Severity => Risks.IsEmpty ? null : Risks[0].Severity;
}

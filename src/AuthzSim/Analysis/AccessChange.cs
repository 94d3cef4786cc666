using System.Collections.Immutable;

namespace AuthzSim.Analysis;

/// <summary>What those whose access changed alike gained and lost, and through what.</summary>
/// <typeparam name="TWho">A subject of bindings, or a user with groups.</typeparam>
/// <param name="Who">Whose access it is; each once, in the order of a <see cref="PolicyDiff"/>.</param>
/// <param name="Gained">What is allowed after and was not before.</param>
/// <param name="Lost">What was allowed before and is not after.</param>
/// <param name="GainedThrough">The rules of the policy after, with their bindings, that allow something of <paramref name="Gained"/>.</param>
/// <param name="LostThrough">The rules of the policy before, with their bindings, that allowed something of <paramref name="Lost"/>.</param>
public sealed record AccessChange<TWho>(
    ImmutableArray<TWho> Who,
    AccessSet Gained,
    AccessSet Lost,
    ImmutableArray<AllowingPath> GainedThrough,
    ImmutableArray<AllowingPath> LostThrough);

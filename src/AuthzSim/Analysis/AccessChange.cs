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
    ImmutableArray<AllowingPath> LostThrough)
{
    private readonly Lazy<ImmutableArray<AllowingPath>> _gainedThrough = new(GainedThrough);
    private readonly Lazy<ImmutableArray<AllowingPath>> _lostThrough = new(LostThrough);

    internal AccessChange(
        ImmutableArray<TWho> who,
        AccessSet gained,
        AccessSet lost,
        Lazy<ImmutableArray<AllowingPath>> gainedThrough,
        Lazy<ImmutableArray<AllowingPath>> lostThrough)
        : this(who, gained, lost, [], []) => (_gainedThrough, _lostThrough) = (gainedThrough, lostThrough);

    /// <summary>The rules of the policy after, with their bindings, that allow something of <see cref="Gained"/>; found when first read.</summary>
    public ImmutableArray<AllowingPath> GainedThrough
    {
        get => _gainedThrough.Value;
        init => _gainedThrough = new(value);
    }

    /// <summary>The rules of the policy before, with their bindings, that allowed something of <see cref="Lost"/>; found when first read.</summary>
    public ImmutableArray<AllowingPath> LostThrough
    {
        get => _lostThrough.Value;
        init => _lostThrough = new(value);
    }
}

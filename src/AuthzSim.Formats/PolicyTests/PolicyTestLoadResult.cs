using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.PolicyTests;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>How <see cref="PolicyTestReader"/> reads.</summary>
public sealed record PolicyTestLoadOptions
{
    /// <summary>The resource types tests may name: those of the policy.</summary>
    public required RestMapper Mapper { get; init; }

    /// <summary>What the path <c>-</c> reads; needed when that path is given. Not disposed.</summary>
    public Stream? StandardInput { get; init; }
}

/// <summary>What <see cref="PolicyTestReader"/> read.</summary>
/// <param name="Tests">The tests in the order read.</param>
/// <param name="Warnings">What deserves a look.</param>
/// <param name="ChangeFiles">The files that changes name, as paths from the working folder.</param>
public sealed record PolicyTestLoadResult(
    ImmutableArray<PolicyTest> Tests, ImmutableArray<Diagnostic> Warnings, ImmutableArray<string> ChangeFiles);

using AuthzSim.Authorization;

namespace AuthzSim.Compiled;

/// <summary>
/// A decision of a <see cref="CompiledPolicy"/> without its reason: which binding decided, as a number of that policy.
/// <c>default</c> is a refusal.
/// </summary>
public readonly record struct CheckResult
{
    private readonly int _binding;

    private CheckResult(Decision decision, int binding)
    {
        Decision = decision;
        _binding = binding;
    }

    /// <summary>Allow or NoOpinion; Deny only as <c>default</c>.</summary>
    public Decision Decision { get; }

    /// <summary>True exactly when <see cref="Decision"/> is Allow.</summary>
    public bool IsAllowed => Decision == Decision.Allow;

    internal static CheckResult NoOpinion => new(Decision.NoOpinion, 0);

    /// <summary>True when a role binding allowed, false when a cluster role binding did.</summary>
    internal bool IsNamespaced => _binding < 0;

    internal int Binding => _binding < 0 ? ~_binding : _binding;

    internal static CheckResult AllowedByClusterBinding(int binding) => new(Decision.Allow, binding);

    internal static CheckResult AllowedByRoleBinding(int binding) => new(Decision.Allow, ~binding);
}

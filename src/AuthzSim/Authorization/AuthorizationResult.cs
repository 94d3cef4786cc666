using AuthzSim.Rbac;

namespace AuthzSim.Authorization;

/// <summary>
/// A decision, its reason in the API server's words, and what decided. <c>default</c> is a denial without a reason.
/// </summary>
public readonly record struct AuthorizationResult
{
    /// <summary>Makes a result.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="reason">The reason; null to have it made of <paramref name="source"/> when asked for.</param>
    /// <param name="evaluationError">What could not be evaluated, or null.</param>
    /// <param name="source">Which binding allowed the request, or null.</param>
    /// <param name="rule">Which rule of its role allowed the request, or null.</param>
    public AuthorizationResult(
        Decision decision, string? reason = null, string? evaluationError = null, RuleSource? source = null, PolicyRule? rule = null)
    {
        Decision = decision;
        Reason = reason!;
        EvaluationError = evaluationError;
        Source = source;
        Rule = rule;
    }

    /// <summary>The decision; the API server serves a request only on <see cref="Decision.Allow"/>.</summary>
    public Decision Decision { get; }

    /// <summary>True exactly when <see cref="Decision"/> is Allow.</summary>
    public bool IsAllowed => Decision == Decision.Allow;

    /// <summary>
    /// The server's reason, as in a SubjectAccessReview's status: which binding allowed, or on a denial the role references
    /// that could not be resolved; <c>""</c> when it gives none (upstream: <c>plugin/pkg/auth/authorizer/rbac/rbac.go</c>).
    /// </summary>
    public string Reason
    {
        get => field ?? (Source is null ? "" : $"RBAC: allowed by {Source}");
        private init;
    }

    /// <summary>The authorizer's error, null when there was none. RBAC reports unresolvable roles in the reason instead.</summary>
    public string? EvaluationError { get; }

    /// <summary>The binding, role and subject that allowed the request; null on a denial and for system:masters.</summary>
    public RuleSource? Source { get; }

    /// <summary>The rule that allowed the request; null on a denial and for system:masters.</summary>
    public PolicyRule? Rule { get; }
}

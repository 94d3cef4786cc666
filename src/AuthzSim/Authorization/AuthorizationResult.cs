using AuthzSim.Rbac;

namespace AuthzSim.Authorization;

/// <summary>
/// A decision, its reason in the API server's words, and what decided. <c>default</c> is a denial without a reason.
/// </summary>
public readonly record struct AuthorizationResult
{
    private readonly DecisionOrigin? _origin;
    private readonly string? _reason;

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
        _reason = reason;
        EvaluationError = evaluationError;
        Source = source;
        Rule = rule;
    }

    /// <summary>Makes the result of an allowed request, whose origin is looked up when somebody wants to know.</summary>
    internal AuthorizationResult(DecisionOrigin origin) => (Decision, _origin) = (Decision.Allow, origin);

    /// <summary>The decision; the API server serves a request only on <see cref="Decision.Allow"/>.</summary>
    public Decision Decision { get; }

    /// <summary>True exactly when <see cref="Decision"/> is Allow.</summary>
    public bool IsAllowed => Decision == Decision.Allow;

    /// <summary>
    /// The server's reason, as in a SubjectAccessReview's status: which binding allowed, or on a denial the role references
    /// that could not be resolved; <c>""</c> when it gives none (upstream: <c>plugin/pkg/auth/authorizer/rbac/rbac.go</c>).
    /// </summary>
    public string Reason => _reason ?? _origin?.Reason ?? (Source is null ? "" : ReasonOf(Source.ToString()));

    /// <summary>The authorizer's error, null when there was none. RBAC reports unresolvable roles in the reason instead.</summary>
    public string? EvaluationError { get; }

    /// <summary>The binding, role and subject that allowed the request; null on a denial and for system:masters.</summary>
    public RuleSource? Source => field ?? _origin?.Source;

    /// <summary>The rule that allowed the request; null on a denial and for system:masters.</summary>
    public PolicyRule? Rule => field ?? _origin?.Rule;

    /// <summary>True when decision, reason, error and what decided are the same, whether they have been looked up or not.</summary>
    /// <param name="other">The other result.</param>
    public bool Equals(AuthorizationResult other) =>
        Decision == other.Decision && Reason == other.Reason && EvaluationError == other.EvaluationError
        && Equals(Source, other.Source) && Equals(Rule, other.Rule);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Decision, Reason, EvaluationError);

    /// <summary>The reason that names a source.</summary>
    /// <param name="source">The source in upstream's words.</param>
    internal static string ReasonOf(string source) => $"RBAC: allowed by {source}";
}

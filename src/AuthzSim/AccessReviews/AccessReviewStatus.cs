using AuthzSim.Authorization;

namespace AuthzSim.AccessReviews;

/// <summary>The answer to a review (upstream: <c>SubjectAccessReviewStatus</c>).</summary>
/// <param name="Allowed">True when the request would be served.</param>
/// <param name="Denied">True when an authorizer refused outright; RBAC never does.</param>
/// <param name="Reason">The authorizers' reason, or <c>""</c>.</param>
/// <param name="EvaluationError">What could not be evaluated, or <c>""</c>; an answer can be right all the same.</param>
public readonly record struct AccessReviewStatus(bool Allowed, bool Denied, string Reason, string EvaluationError)
{
    /// <summary>The status the API server writes for an authorizer's answer.</summary>
    /// <param name="spec">The question.</param>
    /// <param name="result">The answer to the request it stands for.</param>
    public static AccessReviewStatus Of(AccessReviewSpec spec, AuthorizationResult result) =>
        new(result.IsAllowed, result.Decision == Decision.Deny, result.Reason, ErrorOf(spec, result.EvaluationError));

    /// <summary>The evaluation error of an answer: the authorizer's, then what became of the selectors.</summary>
    /// <param name="spec">The question.</param>
    /// <param name="authorizerError">The authorizer's error, or null.</param>
    public static string ErrorOf(AccessReviewSpec spec, string? authorizerError)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.ResourceAttributes is not { } attributes || attributes is { FieldSelector: null, LabelSelector: null })
        {
            return authorizerError ?? "";
        }

        return string.Join("; ", SelectorEvaluation.Errors(attributes).Prepend(authorizerError).Where(e => !string.IsNullOrEmpty(e)));
    }
}

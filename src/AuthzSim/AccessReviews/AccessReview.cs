using AuthzSim.Rbac;

namespace AuthzSim.AccessReviews;

/// <summary>The three kinds that ask for one decision.</summary>
public enum AccessReviewKind
{
    /// <summary>Asks about anyone, anywhere.</summary>
    SubjectAccessReview,

    /// <summary>Asks about anyone in the review's own namespace.</summary>
    LocalSubjectAccessReview,

    /// <summary>Asks about the caller.</summary>
    SelfSubjectAccessReview,
}

/// <summary>A question of <c>authorization.k8s.io/v1</c> as an object (upstream: <c>k8s.io/api/authorization/v1/types.go</c>).</summary>
public sealed record AccessReview
{
    /// <summary>The API group of the review kinds.</summary>
    public const string Group = "authorization.k8s.io";

    /// <summary>The API version of the review kinds, the only one that is served.</summary>
    public const string ApiVersion = Group + "/v1";

    /// <summary>Which kind it is.</summary>
    public AccessReviewKind Kind { get; init; }

    /// <summary>The metadata, which only a LocalSubjectAccessReview has a use for.</summary>
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The question.</summary>
    public AccessReviewSpec Spec { get; init; } = new();
}

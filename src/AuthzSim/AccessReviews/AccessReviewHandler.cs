using System.Diagnostics.CodeAnalysis;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.AccessReviews;

/// <summary>
/// What the API server answers to a review that was posted (upstream:
/// <c>pkg/registry/authorization/{subjectaccessreview,localsubjectaccessreview,selfsubjectaccessreview}/rest.go</c>). Whether
/// the sender may post it at all is decided before, as for every request.
/// </summary>
public sealed class AccessReviewHandler
{
    private readonly IAuthorizer _authorizer;

    /// <summary>Makes a handler.</summary>
    /// <param name="authorizer">The whole chain, <see cref="SystemMastersAuthorizer"/> first.</param>
    public AccessReviewHandler(IAuthorizer authorizer)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        _authorizer = authorizer;
    }

    /// <summary>Answers one review.</summary>
    /// <param name="posted">The review as posted.</param>
    /// <param name="sender">Who posted it, after impersonation: whom a SelfSubjectAccessReview is about.</param>
    /// <param name="requestNamespace">The namespace of the URL; <c>""</c> for the kinds that have none.</param>
    public AccessReviewResult Handle(AccessReview posted, UserInfo sender, string requestNamespace)
    {
        ArgumentNullException.ThrowIfNull(sender);
        if (!TryPrepare(posted, requestNamespace, out var review, out var refusal))
        {
            return new AccessReviewResult(posted, default, refusal);
        }

        var isSelf = review.Kind == AccessReviewKind.SelfSubjectAccessReview;
        var attributes = review.Spec.ToAttributes(isSelf ? sender : review.Spec.User);
        return new AccessReviewResult(review, AccessReviewStatus.Of(review.Spec, _authorizer.Authorize(attributes)), null);
    }

    /// <summary>Does what the API server does before it asks an authorizer: settles the metadata and validates.</summary>
    /// <param name="posted">The review as posted.</param>
    /// <param name="requestNamespace">The namespace of the URL; <c>""</c> for the kinds that have none.</param>
    /// <param name="prepared">The review to be answered and echoed.</param>
    /// <param name="refusal">The failure, when the result is false.</param>
    public static bool TryPrepare(
        AccessReview posted, string requestNamespace, out AccessReview prepared, [NotNullWhen(false)] out ApiStatus? refusal)
    {
        ArgumentNullException.ThrowIfNull(posted);
        ArgumentNullException.ThrowIfNull(requestNamespace);
        (prepared, refusal) = (posted, null);
        if (!ReferenceEquals(posted.Metadata, ObjectMeta.Empty) || posted.Kind == AccessReviewKind.LocalSubjectAccessReview)
        {
            (prepared, refusal) = Settle(posted, requestNamespace);
        }

        if (refusal is null && AccessReviewValidation.Validate(prepared) is { IsEmpty: false } errors)
        {
            // The server's object carries neither kind nor name by now, and so the text begins with a dot.
            refusal = ApiStatuses.Invalid(AccessReview.Group, kind: "", name: "", errors);
        }

        return refusal is null;
    }

    /// <summary>Wipes what clients do not set (upstream: <c>BeforeCreate</c>'s callers in <c>registry/rest/meta.go</c>).</summary>
    private static (AccessReview Review, ApiStatus? Refusal) Settle(AccessReview posted, string requestNamespace)
    {
        var metadata = posted.Metadata with { Uid = "", CreationTimestamp = "", Namespace = "" };
        if (posted.Kind != AccessReviewKind.LocalSubjectAccessReview)
        {
            return (posted with { Metadata = metadata == ObjectMeta.Empty ? ObjectMeta.Empty : metadata }, null);
        }

        var given = posted.Metadata.Namespace;
        var refusal = requestNamespace.Length == 0 ? ApiStatuses.BadRequest("namespace is required on this type: ")
            : given.Length > 0 && given != requestNamespace ? ApiStatuses.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request")
            : null;
        return (posted with { Metadata = metadata with { Namespace = requestNamespace } }, refusal);
    }
}

/// <summary>The answer to a posted review: the review with its status, or a failure.</summary>
/// <param name="Review">The review as the server echoes it; as posted on a failure.</param>
/// <param name="Status">Its status; of no account on a failure.</param>
/// <param name="Failure">The failure, or null.</param>
public sealed record AccessReviewResult(AccessReview Review, AccessReviewStatus Status, ApiStatus? Failure)
{
    /// <summary>The HTTP status code: 201 when the review was answered.</summary>
    public int Code => Failure?.Code ?? 201;
}

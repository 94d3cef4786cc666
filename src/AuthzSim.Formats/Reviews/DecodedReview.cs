using System.Collections.Immutable;
using AuthzSim.AccessReviews;

namespace AuthzSim.Formats.Reviews;

/// <summary>What <see cref="AccessReviewReader.Read"/> read.</summary>
public readonly record struct DecodedReview
{
    private readonly ImmutableArray<StrictDecodingError> _strictErrors;

    /// <summary>
    /// The review as written. A bare spec, and an object without a kind, is taken for a SubjectAccessReview, which is what a
    /// body sent to that endpoint would be; null when apiVersion and kind are not those of a review.
    /// </summary>
    public AccessReview? Review { get; init; }

    /// <summary>True for a whole object, false for a spec alone.</summary>
    public bool IsObject { get; init; }

    /// <summary>The text of <c>apiVersion</c>; <c>""</c> when absent.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary>The text of <c>kind</c>; <c>""</c> when absent.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Unknown and duplicate fields in order of appearance.</summary>
    public ImmutableArray<StrictDecodingError> StrictErrors
    {
        get => _strictErrors.IsDefault ? [] : _strictErrors;
        init => _strictErrors = value;
    }

    /// <inheritdoc/>
    public bool Equals(DecodedReview other) =>
        Review == other.Review && IsObject == other.IsObject && ApiVersion == other.ApiVersion && Kind == other.Kind
        && StrictErrors.AsSpan().SequenceEqual(other.StrictErrors.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Review, IsObject, ApiVersion, Kind, StrictErrors.Length);
}

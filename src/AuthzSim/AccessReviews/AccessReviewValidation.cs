using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.AccessReviews;

/// <summary>
/// Validation of reviews, error by error in upstream's order (upstream: <c>pkg/apis/authorization/validation/validation.go</c>).
/// Verbs, groups, resources, names and paths are not validated: whatever they say can be asked.
/// </summary>
public static class AccessReviewValidation
{
    private const string ResourcePath = "spec.resourceAttributes";
    private const string UrlPath = "spec.nonResourceAttributes";

    /// <summary>Everything wrong with a review; nothing when it can be answered.</summary>
    /// <param name="review">The review.</param>
    public static ImmutableArray<FieldError> Validate(AccessReview review)
    {
        ArgumentNullException.ThrowIfNull(review);
        return IsPlain(review) ? [] : [.. SpecErrors(review), .. MetadataErrors(review), .. LocalErrors(review)];
    }

    /// <summary>True for the usual review, which is known to be valid without looking for errors.</summary>
    private static bool IsPlain(AccessReview review) =>
        review is { Kind: not AccessReviewKind.LocalSubjectAccessReview, Spec: var spec }
        && (review.Kind == AccessReviewKind.SelfSubjectAccessReview || spec.User is { Name.Length: > 0 } or { Groups.Length: > 0 })
        && spec.ResourceAttributes is null != spec.NonResourceAttributes is null
        && spec.ResourceAttributes is null or { FieldSelector: null, LabelSelector: null }
        && ReferenceEquals(review.Metadata, ObjectMeta.Empty);

    private static IEnumerable<FieldError> SpecErrors(AccessReview review)
    {
        var spec = review.Spec;
        if (spec is { ResourceAttributes: not null, NonResourceAttributes: { } url })
        {
            yield return FieldErrors.InvalidRaw(UrlPath, url.ToGoJson(), "cannot be specified in combination with resourceAttributes");
        }

        if (spec is { ResourceAttributes: null, NonResourceAttributes: null })
        {
            yield return FieldErrors.InvalidRaw(
                ResourcePath, "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }

        if (review.Kind != AccessReviewKind.SelfSubjectAccessReview && spec.User is { Name: "", Groups: [] })
        {
            yield return FieldErrors.Invalid("spec.user", "", "at least one of user or group must be specified");
        }

        foreach (var error in SelectorErrors(spec.ResourceAttributes?.FieldSelector, "fieldSelector", FieldRequirementErrors))
        {
            yield return error;
        }

        foreach (var error in SelectorErrors(spec.ResourceAttributes?.LabelSelector, "labelSelector", LabelRequirementErrors))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> MetadataErrors(AccessReview review)
    {
        var isLocal = review.Kind == AccessReviewKind.LocalSubjectAccessReview;
        var rest = isLocal ? review.Metadata with { Namespace = "" } : review.Metadata;
        if (rest != ObjectMeta.Empty)
        {
            yield return FieldErrors.InvalidRaw(
                "metadata", GoJsonOf(review.Metadata), isLocal ? "must be empty except for namespace" : "must be empty");
        }
    }

    private static IEnumerable<FieldError> LocalErrors(AccessReview review)
    {
        if (review.Kind != AccessReviewKind.LocalSubjectAccessReview)
        {
            yield break;
        }

        if (review.Spec.ResourceAttributes is { Namespace: var asked } && asked != review.Metadata.Namespace)
        {
            yield return FieldErrors.Invalid($"{ResourcePath}.namespace", asked, "must match metadata.namespace");
        }

        if (review.Spec.NonResourceAttributes is { } url)
        {
            yield return FieldErrors.InvalidRaw(UrlPath, url.ToGoJson(), "disallowed on this kind of request");
        }
    }

    private static IEnumerable<FieldError> SelectorErrors(
        SelectorAttributes? selector, string name, Func<SelectorRequirement, string, IEnumerable<FieldError>> ofRequirement)
    {
        if (selector is null)
        {
            yield break;
        }

        var path = $"{ResourcePath}.{name}";
        var (hasText, hasRequirements) = (selector.RawSelector.Length > 0, selector.Requirements.Length > 0);
        if (hasText && hasRequirements)
        {
            yield return FieldErrors.Invalid(
                $"{path}.rawSelector", selector.RawSelector, "may not specified at the same time as requirements");
        }

        if (!hasText && !hasRequirements)
        {
            yield return FieldErrors.Required(
                $"{path}.requirements", $"when {path} is specified, requirements or rawSelector is required");
        }

        for (var i = 0; i < selector.Requirements.Length; i++)
        {
            foreach (var error in ofRequirement(selector.Requirements[i], $"{path}.requirements[{i}]"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> FieldRequirementErrors(SelectorRequirement requirement, string path) =>
    [
        .. requirement.Key.Length == 0 ? [FieldErrors.Required($"{path}.key", "must be specified")] : Enumerable.Empty<FieldError>(),
        .. ValueErrors(requirement, path),
    ];

    private static IEnumerable<FieldError> LabelRequirementErrors(SelectorRequirement requirement, string path) =>
    [
        .. ValueErrors(requirement, path),
        .. FieldErrors.Invalid($"{path}.key", requirement.Key, NameErrors.OfQualifiedName(requirement.Key)),
        .. requirement.Values.SelectMany((value, j) => FieldErrors.Invalid($"{path}.values[{j}]", value, NameErrors.OfLabelValue(value))),
    ];

    private static IEnumerable<FieldError> ValueErrors(SelectorRequirement requirement, string path) => requirement switch
    {
        { Operator: "In" or "NotIn", Values: [] } =>
            [FieldErrors.Required($"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")],
        { Operator: "Exists" or "DoesNotExist", Values: not [] } =>
            [FieldErrors.Forbidden($"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")],
        _ => [],
    };

    private static string GoJsonOf(ObjectMeta metadata)
    {
        var json = new GoJsonObject()
            .Text("name", metadata.Name)
            .Text("generateName", metadata.GenerateName)
            .Text("namespace", metadata.Namespace)
            .Text("uid", metadata.Uid)
            .Text("resourceVersion", metadata.ResourceVersion)
            .Text("creationTimestamp", metadata.CreationTimestamp);
        AddMap(json, "labels", metadata.Labels);
        AddMap(json, "annotations", metadata.Annotations);
        AddList(json, "ownerReferences", metadata.OwnerReferences.Select(o => o.ToGoJson()));
        AddList(json, "finalizers", metadata.Finalizers.Select(GoJson.String));
        return json.ToString();
    }

    private static void AddMap(GoJsonObject json, string name, ImmutableSortedDictionary<string, string> entries)
    {
        if (entries.Count > 0)
        {
            json.Json(name, entries.Aggregate(new GoJsonObject(), (map, e) => map.Text(e.Key, e.Value, omitEmpty: false)).ToString());
        }
    }

    private static void AddList(GoJsonObject json, string name, IEnumerable<string> items)
    {
        if (items.Any())
        {
            json.Json(name, GoJson.Array(items));
        }
    }
}

using System.Text.Json;
using AuthzSim.AccessReviews;

namespace AuthzSim.Formats.Reviews;

/// <summary>
/// Writes reviews as the API server does: members in the order of upstream's Go types
/// (<c>k8s.io/api/authorization/v1/types.go</c>), empty ones left out as there.
/// </summary>
public static class AccessReviewWriter
{
    /// <summary>Writes a status as a value.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="status">The status.</param>
    public static void WriteStatus(Utf8JsonWriter json, AccessReviewStatus status)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteBoolean("allowed"u8, status.Allowed);
        if (status.Denied)
        {
            json.WriteBoolean("denied"u8, true);
        }

        Text(json, "reason"u8, status.Reason);
        Text(json, "evaluationError"u8, status.EvaluationError);
        json.WriteEndObject();
    }

    /// <summary>Writes a review with its status as a value.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="review">The review; of its metadata only the namespace is written, since valid ones have no more.</param>
    /// <param name="status">The status.</param>
    public static void WriteReview(Utf8JsonWriter json, AccessReview review, AccessReviewStatus status)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(review);
        json.WriteStartObject();
        json.WriteString("kind"u8, NameOf(review.Kind));
        json.WriteString("apiVersion"u8, AccessReview.ApiVersion);
        json.WriteStartObject("metadata"u8);
        Text(json, "namespace"u8, review.Metadata.Namespace);
        json.WriteEndObject();
        json.WritePropertyName("spec"u8);
        WriteSpec(json, review.Spec, hasUser: review.Kind != AccessReviewKind.SelfSubjectAccessReview);
        json.WritePropertyName("status"u8);
        WriteStatus(json, status);
        json.WriteEndObject();
    }

    private static string NameOf(AccessReviewKind kind) => kind switch
    {
        AccessReviewKind.LocalSubjectAccessReview => nameof(AccessReviewKind.LocalSubjectAccessReview),
        AccessReviewKind.SelfSubjectAccessReview => nameof(AccessReviewKind.SelfSubjectAccessReview),
        _ => nameof(AccessReviewKind.SubjectAccessReview),
    };

    private static void WriteSpec(Utf8JsonWriter json, AccessReviewSpec spec, bool hasUser)
    {
        json.WriteStartObject();
        if (spec.ResourceAttributes is { } resource)
        {
            json.WriteStartObject("resourceAttributes"u8);
            Text(json, "namespace"u8, resource.Namespace);
            Text(json, "verb"u8, resource.Verb);
            Text(json, "group"u8, resource.Group);
            Text(json, "version"u8, resource.Version);
            Text(json, "resource"u8, resource.Resource);
            Text(json, "subresource"u8, resource.Subresource);
            Text(json, "name"u8, resource.Name);
            Selector(json, "fieldSelector"u8, resource.FieldSelector);
            Selector(json, "labelSelector"u8, resource.LabelSelector);
            json.WriteEndObject();
        }

        if (spec.NonResourceAttributes is { } url)
        {
            json.WriteStartObject("nonResourceAttributes"u8);
            Text(json, "path"u8, url.Path);
            Text(json, "verb"u8, url.Verb);
            json.WriteEndObject();
        }

        if (hasUser)
        {
            WriteUser(json, spec);
        }

        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, AccessReviewSpec spec)
    {
        var user = spec.User;
        Text(json, "user"u8, user.Name);
        Texts(json, "groups"u8, user.Groups.AsSpan());
        if (user.Extra.Count > 0)
        {
            json.WriteStartObject("extra"u8);
            foreach (var (key, values) in user.Extra)
            {
                json.WriteStartArray(key);
                foreach (var value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        Text(json, "uid"u8, user.Uid);
    }

    private static void Selector(Utf8JsonWriter json, ReadOnlySpan<byte> name, SelectorAttributes? selector)
    {
        if (selector is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Text(json, "rawSelector"u8, selector.RawSelector);
        if (!selector.Requirements.IsEmpty)
        {
            json.WriteStartArray("requirements"u8);
            foreach (var requirement in selector.Requirements)
            {
                json.WriteStartObject();
                json.WriteString("key"u8, requirement.Key);
                json.WriteString("operator"u8, requirement.Operator);
                Texts(json, "values"u8, requirement.Values.AsSpan());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<string> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}

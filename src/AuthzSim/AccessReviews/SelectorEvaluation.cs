using AuthzSim.Requests;

namespace AuthzSim.AccessReviews;

/// <summary>
/// What an authorizer could use of the selectors of a review, and what it is told about the rest (upstream:
/// <c>pkg/registry/authorization/util/helpers.go</c>).
/// </summary>
internal static class SelectorEvaluation
{
    /// <summary>The parts of an evaluation error that the selectors give, field selector first.</summary>
    public static IEnumerable<string> Errors(ResourceAttributes attributes)
    {
        if (attributes.FieldSelector is { } fields
            && Error("fieldSelector", fields, raw => FieldSelectorSyntax.TryParse(raw, out _, out _), IsUsableField) is { } fieldError)
        {
            yield return fieldError;
        }

        if (attributes.LabelSelector is { } labels
            && Error("labelSelector", labels, raw => LabelSelectorSyntax.TryParse(raw, out _, out _), IsUsableLabel) is { } labelError)
        {
            yield return labelError;
        }
    }

    private static string? Error(
        string field, SelectorAttributes selector, Func<string, bool> parses, Func<SelectorRequirement, bool> isUsable)
    {
        var path = $"spec.resourceAttributes.{field}";
        if (selector.RawSelector.Length > 0)
        {
            return parses(selector.RawSelector) ? null : $"{path} ignored due to parse error";
        }

        var usable = selector.Requirements.Count(isUsable);
        return usable == selector.Requirements.Length ? null
            : usable == 0 ? $"{path} ignored due to parse error"
            : $"{path} partially ignored due to parse error";
    }

    /// <summary>A field is compared with one value: there are no sets and no question of existence.</summary>
    private static bool IsUsableField(SelectorRequirement requirement) =>
        requirement is { Operator: "In" or "NotIn", Values.Length: 1 };

    private static bool IsUsableLabel(SelectorRequirement requirement) =>
        OperatorOf(requirement.Operator) is { } op
        && new LabelRequirement { Key = requirement.Key, Operator = op, Values = requirement.Values }.IsValid;

    private static SelectionOperator? OperatorOf(string name) => name switch
    {
        "In" => SelectionOperator.In,
        "NotIn" => SelectionOperator.NotIn,
        "Exists" => SelectionOperator.Exists,
        "DoesNotExist" => SelectionOperator.DoesNotExist,
        _ => null,
    };
}

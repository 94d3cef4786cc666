using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// Validation of label selectors (upstream: <c>k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go</c>, and
/// <c>LabelSelectorAsSelector</c> for those that cannot be built).
/// </summary>
internal static class LabelSelectorValidation
{
    /// <summary>Everything wrong with an aggregation rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="allowInvalidLabelValues">True to tolerate bad values in expressions, as for objects stored with some.</param>
    public static IEnumerable<FieldError> Validate(AggregationRule rule, bool allowInvalidLabelValues)
    {
        const string Field = "aggregationRule.clusterRoleSelectors";
        if (rule.ClusterRoleSelectors.IsEmpty)
        {
            yield return FieldErrors.Required(Field, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }

        for (var i = 0; i < rule.ClusterRoleSelectors.Length; i++)
        {
            foreach (var error in ValidateSelector(rule.ClusterRoleSelectors[i], $"{Field}[{i}]", allowInvalidLabelValues))
            {
                yield return error;
            }
        }
    }

    /// <summary>True when some selector of the rule breaks the strict rules.</summary>
    /// <param name="rule">The rule, or null.</param>
    public static bool HasInvalidSelector(AggregationRule? rule) =>
        rule is not null && rule.ClusterRoleSelectors.Any(selector => !CanBeBuilt(selector));

    private static IEnumerable<FieldError> ValidateSelector(LabelSelector selector, string field, bool allowInvalidLabelValues)
    {
        foreach (var error in ValidateParts(selector, field, allowInvalidLabelValues))
        {
            yield return error;
        }

        if (!CanBeBuilt(selector))
        {
            yield return FieldErrors.InvalidRaw(field, "null", "invalid label selector.");
        }
    }

    /// <summary>A selector is built by the same rules by which it is validated, whatever validation tolerates.</summary>
    private static bool CanBeBuilt(LabelSelector selector) => !ValidateParts(selector, "", allowInvalidLabelValues: false).Any();

    private static IEnumerable<FieldError> ValidateParts(LabelSelector selector, string field, bool allowInvalidLabelValues) =>
        ObjectMetaValidation.ValidateLabels(selector.MatchLabels, $"{field}.matchLabels")
            .Concat(selector.MatchExpressions.SelectMany(
                (requirement, j) => ValidateRequirement(requirement, $"{field}.matchExpressions[{j}]", allowInvalidLabelValues)));

    private static IEnumerable<FieldError> ValidateRequirement(
        LabelSelectorRequirement requirement, string field, bool allowInvalidLabelValues) =>
    [
        .. requirement switch
        {
            { Operator: "In" or "NotIn", Values.IsEmpty: true } =>
                [FieldErrors.Required($"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'")],
            { Operator: "Exists" or "DoesNotExist", Values.IsEmpty: false } =>
                [FieldErrors.Forbidden($"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")],
            { Operator: "In" or "NotIn" or "Exists" or "DoesNotExist" } => Enumerable.Empty<FieldError>(),
            _ => [FieldErrors.Invalid($"{field}.operator", requirement.Operator, "not a valid selector operator")],
        },
        .. FieldErrors.Invalid($"{field}.key", requirement.Key, NameErrors.OfQualifiedName(requirement.Key)),
        .. allowInvalidLabelValues
            ? []
            : requirement.Values.SelectMany(
                (value, k) => FieldErrors.Invalid($"{field}.values[{k}]", value, NameErrors.OfLabelValue(value))),
    ];
}

using AuthzSim.Rbac;

namespace AuthzSim.Tests.Rbac;

/// <summary>The selectors of an aggregation rule.</summary>
public sealed class AggregationRuleValidationTests
{
    private const string Path = "aggregationRule.clusterRoleSelectors";

    private const string Value =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private static readonly LabelSelector _badValue = Expression("a", "In", "ok", "x y");

    [Fact]
    public void A_rule_without_selectors_is_refused() => Expect(
        [], $"{Path}: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil");

    [Fact]
    public void An_empty_selector_is_valid() =>
        Expect([new LabelSelector(), Expression("a", "Exists"), Expression("a.b/c", "NotIn", "", "x")]);

    [Fact]
    public void Operators_and_values_must_fit() => Expect(
        [
            Expression("a", "In"),
            Expression("a", "DoesNotExist", "x"),
            Expression("a", "in", "x"),
        ],
        $"{Path}[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        $"{Path}[0]: Invalid value: null: invalid label selector.",
        $"{Path}[1].matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        $"{Path}[1]: Invalid value: null: invalid label selector.",
        $"{Path}[2].matchExpressions[0].operator: Invalid value: \"in\": not a valid selector operator",
        $"{Path}[2]: Invalid value: null: invalid label selector.");

    [Fact]
    public void Keys_and_values_are_those_of_labels() => Expect(
        [new LabelSelector { MatchLabels = ObjectMeta.NoEntries.Add("/a", "x y") }, Expression("/a", "Exists"), _badValue],
        $"{Path}[0].matchLabels: Invalid value: \"/a\": prefix part must be non-empty",
        $"{Path}[0].matchLabels: Invalid value: \"x y\": {Value}",
        $"{Path}[0]: Invalid value: null: invalid label selector.",
        $"{Path}[1].matchExpressions[0].key: Invalid value: \"/a\": prefix part must be non-empty",
        $"{Path}[1]: Invalid value: null: invalid label selector.",
        $"{Path}[2].matchExpressions[0].values[1]: Invalid value: \"x y\": {Value}",
        $"{Path}[2]: Invalid value: null: invalid label selector.");

    [Fact]
    public void An_object_stored_with_a_bad_selector_may_keep_bad_values_but_still_builds_no_selector()
    {
        var old = Role(_badValue);
        Assert.Equal(
            [$"{Path}[0]: Invalid value: null: invalid label selector."],
            RbacValidation.ValidateUpdate(Role(_badValue), old).Select(e => e.ToString()));
        Assert.Contains(
            RbacValidation.ValidateUpdate(Role(_badValue), Role(new LabelSelector())), e => e.Field.EndsWith("values[1]", StringComparison.Ordinal));
    }

    private static LabelSelector Expression(string key, string @operator, params string[] values) =>
        new() { MatchExpressions = [new() { Key = key, Operator = @operator, Values = [.. values] }] };

    private static ClusterRole Role(params LabelSelector[] selectors) => new()
    {
        Metadata = new ObjectMeta { Name = "r" },
        AggregationRule = new AggregationRule { ClusterRoleSelectors = [.. selectors] },
    };

    private static void Expect(LabelSelector[] selectors, params string[] errors) =>
        Assert.Equal(errors, RbacValidation.Validate(Role(selectors)).Select(e => e.ToString()));
}

namespace AuthzSim.Requests;

/// <summary>One term of a field selector (upstream: <c>k8s.io/apimachinery/pkg/fields.Requirement</c>).</summary>
/// <param name="Field">The field path, such as <c>metadata.name</c>; not validated.</param>
/// <param name="Operator"><see cref="SelectionOperator.Equals"/> or <see cref="SelectionOperator.NotEquals"/>.</param>
/// <param name="Value">The value, unescaped.</param>
public sealed record FieldRequirement(string Field, SelectionOperator Operator, string Value);

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>
/// A label selector made ready to match (upstream: <c>LabelSelectorAsSelector</c> of
/// <c>k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go</c>).
/// </summary>
public sealed class LabelSelectorMatcher
{
    private readonly ImmutableArray<LabelRequirement> _requirements;

    private LabelSelectorMatcher(ImmutableArray<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>
    /// Makes a matcher; false when the selector has an unknown operator, a number of values that does not fit its operator,
    /// or a key or value that no label can have.
    /// </summary>
    /// <param name="selector">The selector.</param>
    /// <param name="matcher">The matcher, or null.</param>
    public static bool TryCreate(LabelSelector selector, [NotNullWhen(true)] out LabelSelectorMatcher? matcher)
    {
        ArgumentNullException.ThrowIfNull(selector);
        matcher = null;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var (key, value) in selector.MatchLabels)
        {
            requirements.Add(new LabelRequirement { Key = key, Operator = SelectionOperator.Equals, Values = [value] });
        }

        foreach (var expression in selector.MatchExpressions)
        {
            if (OperatorOf(expression.Operator) is not { } op)
            {
                return false;
            }

            requirements.Add(new LabelRequirement { Key = expression.Key, Operator = op, Values = expression.Values });
        }

        matcher = requirements.All(r => r.IsValid) ? new LabelSelectorMatcher(requirements.DrainToImmutable()) : null;
        return matcher is not null;
    }

    /// <summary>True when all requirements hold; the empty selector matches everything.</summary>
    /// <param name="labels">The labels.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static SelectionOperator? OperatorOf(string text) => text switch
    {
        "In" => SelectionOperator.In,
        "NotIn" => SelectionOperator.NotIn,
        "Exists" => SelectionOperator.Exists,
        "DoesNotExist" => SelectionOperator.DoesNotExist,
        _ => null,
    };
}

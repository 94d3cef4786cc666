namespace AuthzSim.Text;

/// <summary>Several errors as one text (upstream: <c>k8s.io/apimachinery/pkg/util/errors.Aggregate</c>).</summary>
public static class AggregateError
{
    /// <summary>One distinct text stands bare, several become <c>[a, b]</c> in order of arrival; none is null.</summary>
    /// <param name="errors">The texts.</param>
    public static string? Join(IEnumerable<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (errors.TryGetNonEnumeratedCount(out var count) && count == 0)
        {
            return null;
        }

        var distinct = errors.Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count switch
        {
            0 => null,
            1 => distinct[0],
            _ => $"[{string.Join(", ", distinct)}]",
        };
    }
}

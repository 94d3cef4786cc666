using System.Collections.Immutable;
using AuthzSim.Text;

namespace AuthzSim.Requests;

/// <summary>
/// The options of a list request that matter to authorization (upstream:
/// <c>k8s.io/apimachinery/pkg/apis/meta/internalversion.ListOptions</c>).
/// </summary>
internal readonly record struct ListOptions(bool Watch, ImmutableArray<FieldRequirement> FieldSelector)
{
    /// <summary>Reads the options; when one of them does not decode, only <see cref="Watch"/> remains.</summary>
    public static ListOptions Read(UrlQuery query)
    {
        ImmutableArray<FieldRequirement> fields = [];
        var decodes = IsNumber(query.First("limit"))
            && IsNumber(query.First("timeoutSeconds"))
            && LabelSelectorSyntax.TryParse(query.First("labelSelector") ?? "", out _, out _)
            && FieldSelectorSyntax.TryParse(query.First("fieldSelector") ?? "", out fields, out _);
        return new ListOptions(query.IsTrue("watch"), decodes ? fields : []);
    }

    private static bool IsNumber(string? value) => value is null || GoNumbers.TryParseInt64(value, out _);
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Cli.Output;

/// <summary>
/// What a user may do, as kubectl's <c>--list</c> table or as SelfSubjectRulesReviews. Over all namespaces, what cluster role
/// bindings give is listed once under namespace <c>*</c>, and each namespace has what its role bindings add.
/// </summary>
internal sealed class AccessListing(RbacAuthorizer authorizer, UserInfo user, ImmutableArray<string> namespaces)
{
    private const string Everywhere = "*";

    /// <summary>Prints the table of one namespace, or of all when the namespace is null.</summary>
    public void Print(TableWriter table, string? @namespace, bool isWide)
    {
        List<(string Namespace, ListedRule Rule)> lines = @namespace is not null
            ? [.. RuleListing.RulesFor(authorizer.Resolver, user, @namespace).Select(r => (@namespace, r))]
            :
            [
                .. RuleListing.RulesFor(authorizer.Resolver, user, "").Select(r => (Everywhere, r)),
                .. namespaces.SelectMany(n => RuleListing.NamespacedRulesFor(authorizer.Resolver, user, n).Select(r => (n, r))),
            ];
        string[] header =
        [
            .. @namespace is null ? ["NAMESPACE"] : Array.Empty<string>(),
            "Resources", "Non-Resource URLs", "Resource Names", "Verbs",
            .. isWide ? ["Granted By"] : Array.Empty<string>(),
        ];
        table.Write(header, lines.Select(l => Row(l.Namespace, l.Rule, @namespace is null, isWide)));
    }

    /// <summary>The review of one namespace.</summary>
    public JsonObject Review(string @namespace) => Reviews.SelfSubjectRulesReview(@namespace, authorizer.RulesFor(user, @namespace));

    /// <summary>A list of reviews: first what holds everywhere, in no namespace, then one for each namespace.</summary>
    public JsonObject ReviewAll() => Reviews.List([Review(""), .. namespaces.Select(Review)]);

    private static string[] Row(string @namespace, ListedRule line, bool withNamespace, bool isWide) =>
    [
        .. withNamespace ? [@namespace] : Array.Empty<string>(),
        line.CombinedResource,
        GoText.List(line.Rule.NonResourceUrls.AsSpan()),
        GoText.List(line.Rule.ResourceNames.AsSpan()),
        GoText.List(line.Rule.Verbs.AsSpan()),
        .. isWide ? [string.Join(", ", line.Sources.Select(s => BindingName(s.Binding)))] : Array.Empty<string>(),
    ];

    private static string BindingName(RbacBinding binding) => binding.IsNamespaced
        ? $"{binding.Kind}/{binding.Metadata.Namespace}/{binding.Metadata.Name}"
        : $"{binding.Kind}/{binding.Metadata.Name}";
}

using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>Actions as lists of their parts: every combination is one. <c>*</c> stands for every value of a part.</summary>
public sealed record ActionTable
{
    private static readonly ImmutableArray<string> _none = [""];

    /// <summary>The verbs.</summary>
    public ImmutableArray<string> Verbs { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The resources.</summary>
    public ImmutableArray<TestedResource> Resources { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The names of objects; empty for requests that name none.</summary>
    public ImmutableArray<string> ResourceNames { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The namespaces, for resources that have one; empty for requests in none.</summary>
    public ImmutableArray<string> Namespaces { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>URL paths; a final <c>*</c> makes a prefix.</summary>
    public ImmutableArray<string> NonResourceUrls { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many actions there are.</summary>
    public double Count => Verbs.Length * (NonResourceUrls.Length + Resources.Sum(r => (double)NamesOf().Length * NamespacesOf(r).Length));

    /// <summary>Every combination: resources before URLs, the last part changing fastest.</summary>
    public IEnumerable<TestedAction> Expand()
    {
        foreach (var verb in Verbs)
        {
            foreach (var resource in Resources)
            {
                foreach (var @namespace in NamespacesOf(resource))
                {
                    foreach (var name in NamesOf())
                    {
                        yield return new TestedAction(verb, resource, name, @namespace, "");
                    }
                }
            }

            foreach (var url in NonResourceUrls)
            {
                yield return new TestedAction(verb, null, "", "", url);
            }
        }
    }

    private ImmutableArray<string> NamesOf() => ResourceNames.IsEmpty ? _none : ResourceNames;

    private ImmutableArray<string> NamespacesOf(TestedResource resource) =>
        resource.IsNamespaced == false || Namespaces.IsEmpty ? _none : Namespaces;
}

/// <summary>A resource of a test; <c>*</c> stands for every value of a part.</summary>
/// <param name="ApiGroup">The API group, <c>""</c> being the core group.</param>
/// <param name="Resource">The plural resource.</param>
/// <param name="Subresource">The subresource, <c>""</c> for the resource itself; <c>*</c> only beside the resource <c>*</c>.</param>
/// <param name="IsNamespaced">True when objects live in namespaces; null when nobody knows, or when both makes sense.</param>
public sealed record TestedResource(string ApiGroup, string Resource, string Subresource = "", bool? IsNamespaced = true)
{
    /// <summary>All resources of all API groups, with all subresources.</summary>
    public static TestedResource All { get; } = new(RbacNames.All, RbacNames.All, RbacNames.All);

    /// <summary>The word for it in a rule, which says the API group elsewhere.</summary>
    internal string InRules => Resource + Suffix;

    private string Suffix => Subresource is "" or RbacNames.All ? "" : "/" + Subresource;

    /// <summary><c>pods/log</c>, <c>deployments.apps</c>, <c>*</c>.</summary>
    public override string ToString() => $"{Resource}{(ApiGroup is "" or RbacNames.All ? "" : "." + ApiGroup)}{Suffix}";
}

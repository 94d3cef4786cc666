using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// A rule of a role (upstream: <c>rbac.authorization.k8s.io/v1.PolicyRule</c>). Lists are kept verbatim: order, duplicates
/// and case included. An absent list is empty and matches nothing, except <see cref="ResourceNames"/>, where empty means
/// every name. Two rules are equal when their lists are equal in order; where they were read plays no part.
/// </summary>
public sealed record PolicyRule
{
    /// <summary>Verbs, or <c>*</c> for all.</summary>
    public ImmutableArray<string> Verbs { get; init => field = OrEmpty(value); } = [];

    /// <summary>API groups, <c>""</c> being the core group, or <c>*</c> for all.</summary>
    public ImmutableArray<string> ApiGroups { get; init => field = OrEmpty(value); } = [];

    /// <summary>Plural resources, <c>resource/subresource</c>, <c>*/subresource</c>, or <c>*</c> for all of both.</summary>
    public ImmutableArray<string> Resources { get; init => field = OrEmpty(value); } = [];

    /// <summary>Object names the rule is limited to; empty means every name, the absent one included.</summary>
    public ImmutableArray<string> ResourceNames { get; init => field = OrEmpty(value); } = [];

    /// <summary>URL paths of non-resource requests; a final <c>*</c> makes a prefix, <c>*</c> alone is all.</summary>
    public ImmutableArray<string> NonResourceUrls { get; init => field = OrEmpty(value); } = [];

    /// <summary>Where the rule was read.</summary>
    public SourceLocation Location { get; init; }

    /// <inheritdoc/>
    public bool Equals(PolicyRule? other) =>
        other is not null
        && Same(Verbs, other.Verbs) && Same(ApiGroups, other.ApiGroups) && Same(Resources, other.Resources)
        && Same(ResourceNames, other.ResourceNames) && Same(NonResourceUrls, other.NonResourceUrls);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        Add(ref hash, Verbs);
        Add(ref hash, ApiGroups);
        Add(ref hash, Resources);
        Add(ref hash, ResourceNames);
        Add(ref hash, NonResourceUrls);
        return hash.ToHashCode();
    }

    private static bool Same(ImmutableArray<string> a, ImmutableArray<string> b) => a.AsSpan().SequenceEqual(b.AsSpan());

    private static void Add(ref HashCode hash, ImmutableArray<string> list)
    {
        hash.Add(list.Length);
        foreach (var item in list)
        {
            hash.Add(item, StringComparer.Ordinal);
        }
    }

    private static ImmutableArray<string> OrEmpty(ImmutableArray<string> list) => list.IsDefault ? [] : list;
}

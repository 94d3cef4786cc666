using System.Collections.Immutable;

namespace AuthzSim.Discovery;

/// <summary>One resource of one API version, as discovery describes it (upstream: <c>metav1.APIResource</c>).</summary>
public sealed record ApiResource
{
    /// <summary>The API group; <c>""</c> is the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The API version, such as <c>v1</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>The plural name, as in URLs and rules; never with a subresource.</summary>
    public string Name { get; init; } = "";

    /// <summary>The singular name; <c>""</c> when the server gives none.</summary>
    public string SingularName { get; init; } = "";

    /// <summary>The kind, such as <c>Pod</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>True when objects live in a namespace.</summary>
    public bool IsNamespaced { get; init; }

    /// <summary>Short names, such as <c>po</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Categories, such as <c>all</c>; authorization questions do not resolve them.</summary>
    public ImmutableArray<string> Categories { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Verbs the server serves on the resource itself.</summary>
    public ImmutableArray<string> Verbs { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Names of the subresources, such as <c>log</c>.</summary>
    public ImmutableArray<string> Subresources { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>One version of an API group and its resources in the server's order.</summary>
/// <param name="Group">The group; <c>""</c> is the core group.</param>
/// <param name="Version">The version.</param>
/// <param name="Resources">The resources.</param>
public sealed record ApiGroupVersion(string Group, string Version, ImmutableArray<ApiResource> Resources);

/// <summary>An API group and its versions in the server's order, the preferred one first.</summary>
/// <param name="Name">The group; <c>""</c> is the core group.</param>
/// <param name="Versions">The versions.</param>
public sealed record ApiGroup(string Name, ImmutableArray<ApiGroupVersion> Versions);

/// <summary>
/// A resource by group, version and name (upstream: <c>schema.GroupVersionResource</c>); in a question any of group and
/// version may be <c>""</c> for "not given".
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Version">The version.</param>
/// <param name="Resource">The resource.</param>
public readonly record struct GroupVersionResource(string Group, string Version, string Resource)
{
    /// <summary>True when nothing is given.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Group) && string.IsNullOrEmpty(Version) && string.IsNullOrEmpty(Resource);
}

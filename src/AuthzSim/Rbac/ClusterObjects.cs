using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>A namespace the input names (core/v1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it was read.</param>
public sealed record Namespace(string Name, SourceLocation Location = default)
{
    /// <summary>True while it is being deleted (<c>status.phase</c> is <c>Terminating</c>): nothing can be created in it.</summary>
    public bool IsTerminating { get; init; }
}

/// <summary>A service account the input names (core/v1).</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Where it was read.</param>
public sealed record ServiceAccount(string Namespace, string Name, SourceLocation Location = default);

/// <summary>
/// A custom resource: what its definition says of names (upstream: <c>apiextensions.k8s.io/v1.CustomResourceDefinition</c>).
/// </summary>
public sealed record CustomResourceDefinition
{
    /// <summary>The API group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The plural name, as in URLs and rules.</summary>
    public string Plural { get; init; } = "";

    /// <summary>The singular name; the reader fills in the lower-case kind when absent.</summary>
    public string Singular { get; init; } = "";

    /// <summary>The kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Short names, as kubectl takes them.</summary>
    public ImmutableArray<string> ShortNames { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>True for scope <c>Namespaced</c>.</summary>
    public bool IsNamespaced { get; init; }

    /// <summary>Names of the served versions, in order.</summary>
    public ImmutableArray<string> ServedVersions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Subresources any served version has: <c>status</c>, <c>scale</c>.</summary>
    public ImmutableArray<string> Subresources { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Where it was read.</summary>
    public SourceLocation Location { get; init; }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>A part of an <see cref="AccessSet"/> that reads as a rule: every combination of its sides.</summary>
public abstract record AccessRule
{
    private protected AccessRule(ValueSet verbs) => Verbs = verbs;

    /// <summary>The verbs.</summary>
    public ValueSet Verbs { get; }

    /// <summary>True when the rule holds what the request asks, whoever asks it.</summary>
    /// <param name="attributes">The request.</param>
    public abstract bool Contains(in RequestAttributes attributes);
}

/// <summary>Actions on resources.</summary>
public sealed record ResourceAccessRule : AccessRule
{
    internal ResourceAccessRule(
        ValueSet namespaces, ValueSet verbs, ValueSet apiGroups, ImmutableArray<ResourceSelection> resources, ValueSet resourceNames)
        : base(verbs) => (Namespaces, ApiGroups, Resources, ResourceNames) = (namespaces, apiGroups, resources, resourceNames);

    /// <summary>The namespaces, <c>""</c> meaning cluster-scoped requests.</summary>
    public ValueSet Namespaces { get; }

    /// <summary>The API groups, <c>""</c> meaning the core group.</summary>
    public ValueSet ApiGroups { get; }

    /// <summary>The resources: what is in any of these.</summary>
    public ImmutableArray<ResourceSelection> Resources { get; }

    /// <summary>The names of objects, <c>""</c> meaning requests that name none.</summary>
    public ValueSet ResourceNames { get; }

    /// <inheritdoc/>
    public override bool Contains(in RequestAttributes attributes)
    {
        var (resource, subresource) = (attributes.Resource, attributes.Subresource);
        return attributes.IsResourceRequest
            && Namespaces.Contains(attributes.Namespace) && Verbs.Contains(attributes.Verb) && ApiGroups.Contains(attributes.ApiGroup)
            && Resources.Any(r => r.Contains(resource, subresource)) && ResourceNames.Contains(attributes.Name);
    }

    /// <summary>The rule as a set.</summary>
    internal AccessSet ToAccessSet()
    {
        var algebra = new NodeAlgebra();
        var names = algebra.Values(ResourceNames, algebra.Values(Verbs, AccessNode.Full));
        var resources = algebra.Union(Resources.Select(r => algebra.Values(r.Subresources, algebra.Values(r.Resources, names))));
        return new AccessSet(algebra.Values(Namespaces, algebra.Values(ApiGroups, resources)), AccessNode.Empty);
    }

    /// <inheritdoc/>
    public bool Equals(ResourceAccessRule? other) =>
        other is not null && Namespaces.Equals(other.Namespaces) && Verbs.Equals(other.Verbs) && ApiGroups.Equals(other.ApiGroups)
        && Resources.AsSpan().SequenceEqual(other.Resources.AsSpan()) && ResourceNames.Equals(other.ResourceNames);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Namespaces, Verbs, ApiGroups, Resources.Length, ResourceNames);

    /// <summary><c>in ns1: get, list; groups "", apps; resources pods, pods/log; names a</c>; names only when not all.</summary>
    public override string ToString()
    {
        var names = ResourceNames.IsAll ? "" : $"; names {ResourceNames}";
        return $"{Scope}: {Verbs}; groups {ApiGroups}; resources {string.Join(", ", ResourceWords())}{names}";
    }

    private string Scope => Namespaces.IsAll ? "everywhere"
        : Namespaces.IsComplement ? $"everywhere except in {Spoken}"
        : $"in {Spoken}";

    private string Spoken => string.Join(", ", Namespaces.Values.Select(n => n.Length == 0 ? "cluster scope" : ValueSet.Quoted(n)));

    /// <summary>The resources, a word each.</summary>
    internal IEnumerable<string> ResourceWords() => Resources.SelectMany(r => r.Words(IsSaidAsSubresource));

    /// <summary>
    /// The word <c>pods/log</c> of a rule also matches a resource of that whole name, which only an access review can ask for;
    /// it is left unsaid beside the subresource.
    /// </summary>
    private bool IsSaidAsSubresource(string resource)
    {
        for (var slash = resource.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = resource.IndexOf('/', slash + 1))
        {
            var (owner, subresource) = (resource[..slash], resource[(slash + 1)..]);
            if (Resources.Any(r => r.Subresources.Contains(subresource)
                && (r.Resources.Contains(owner) || (owner == RbacNames.All && r.Resources.IsComplement))))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Actions on URLs that are no resources; they have no namespace.</summary>
public sealed record UrlAccessRule : AccessRule
{
    internal UrlAccessRule(ValueSet verbs, UrlSet urls)
        : base(verbs) => Urls = urls;

    /// <summary>The URL paths.</summary>
    public UrlSet Urls { get; }

    /// <inheritdoc/>
    public override bool Contains(in RequestAttributes attributes) =>
        !attributes.IsResourceRequest && Verbs.Contains(attributes.Verb) && Urls.Contains(attributes.Path);

    /// <summary><c>get; URLs /healthz, /metrics*</c>.</summary>
    public override string ToString() => $"{Verbs}; URLs {Urls}";
}

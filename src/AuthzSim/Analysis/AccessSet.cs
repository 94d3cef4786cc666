using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>
/// A set of actions: what may be done, whoever does it. An action is a verb on a resource (API group, resource, subresource,
/// name, namespace) or on a URL path. Exact: wildcards, names and prefixes are never enumerated or sampled, and values that
/// no rule mentions count. Two sets are equal exactly when they hold the same actions. Immutable and safe to share between threads.
/// </summary>
public sealed class AccessSet : IEquatable<AccessSet>
{
    private readonly Lazy<ImmutableArray<AccessRule>> _rules;

    internal AccessSet(AccessNode resources, AccessNode urls)
    {
        (Resources, Urls) = (resources, urls);
        _rules = new(() => [.. AccessCover.ResourceRules(Resources), .. AccessCover.UrlRules(Urls)]);
    }

    /// <summary>The set without any action.</summary>
    public static AccessSet Empty { get; } = new(AccessNode.Empty, AccessNode.Empty);

    /// <summary>The set of all actions.</summary>
    public static AccessSet Everything { get; } = new(AccessNode.Full, AccessNode.Full);

    /// <summary>True when there is no action in the set.</summary>
    public bool IsEmpty => Resources.IsEmpty && Urls.IsEmpty;

    /// <summary>
    /// The set as rules a person can read: those on resources, the wider scopes first, then those on URLs. They may overlap;
    /// none of a thousand can go without loss. Equal sets have equal rules.
    /// </summary>
    public ImmutableArray<AccessRule> Rules => _rules.Value;

    /// <summary>Actions on resources, from the level of namespaces down.</summary>
    internal AccessNode Resources { get; }

    internal AccessNode Urls { get; }

    /// <summary>What rules allow when a ClusterRoleBinding grants them: in every namespace, cluster-wide, and on URLs.</summary>
    /// <param name="rules">The rules.</param>
    public static AccessSet ClusterWide(params ImmutableArray<PolicyRule> rules)
    {
        var algebra = new NodeAlgebra();
        var nodes = RuleNodes.Of(algebra, rules.IsDefault ? [] : rules);
        return new AccessSet(algebra.Values([], [], nodes.Resources), nodes.Urls);
    }

    /// <summary>What rules allow, when a ClusterRoleBinding grants them, in requests that are in no namespace; on URLs, nothing.</summary>
    internal static AccessSet AtClusterScope(params ImmutableArray<PolicyRule> rules)
    {
        var algebra = new NodeAlgebra();
        return new AccessSet(algebra.Values([""], RuleNodes.Of(algebra, rules).Resources, AccessNode.Empty), AccessNode.Empty);
    }

    /// <summary>What rules allow when a RoleBinding grants them: requests in its namespace; on URLs, nothing.</summary>
    /// <param name="namespace">The namespace; a binding without any, <c>""</c>, grants nothing.</param>
    /// <param name="rules">The rules.</param>
    public static AccessSet InNamespace(string @namespace, params ImmutableArray<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        if (@namespace.Length == 0)
        {
            return Empty;
        }

        var algebra = new NodeAlgebra();
        var nodes = RuleNodes.Of(algebra, rules.IsDefault ? [] : rules);
        return new AccessSet(algebra.Values([@namespace], nodes.Resources, AccessNode.Empty), AccessNode.Empty);
    }

    /// <summary>What one of the two holds.</summary>
    /// <param name="other">Another set.</param>
    public AccessSet Union(AccessSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var algebra = new NodeAlgebra();
        return new AccessSet(algebra.Union(Resources, other.Resources), algebra.Union(Urls, other.Urls));
    }

    /// <summary>What both hold.</summary>
    /// <param name="other">Another set.</param>
    public AccessSet Intersect(AccessSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var algebra = new NodeAlgebra();
        return new AccessSet(algebra.Intersect(Resources, other.Resources), algebra.Intersect(Urls, other.Urls));
    }

    /// <summary>What this set holds and the other does not.</summary>
    /// <param name="other">Another set.</param>
    public AccessSet Except(AccessSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var algebra = new NodeAlgebra();
        return new AccessSet(algebra.Except(Resources, other.Resources), algebra.Except(Urls, other.Urls));
    }

    /// <summary>True when every action of the other set is in this one.</summary>
    /// <param name="other">Another set.</param>
    public bool IsSupersetOf(AccessSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Except(this).IsEmpty;
    }

    /// <summary>True when some action is in both sets.</summary>
    /// <param name="other">Another set.</param>
    public bool Overlaps(AccessSet other) => !Intersect(other).IsEmpty;

    /// <summary>True when what the request asks is in the set. The namespace of a request for a URL plays no part.</summary>
    /// <param name="attributes">The request; its user plays no part.</param>
    public bool Contains(in RequestAttributes attributes) => attributes.IsResourceRequest
        ? Resources.At(attributes.Namespace).At(attributes.ApiGroup).At(attributes.Subresource).At(attributes.Resource)
            .At(attributes.Name).At(attributes.Verb).IsFull
        : Urls.At(attributes.Path).At(attributes.Verb).IsFull;

    /// <inheritdoc/>
    public bool Equals(AccessSet? other) => other is not null && Resources.Equals(other.Resources) && Urls.Equals(other.Urls);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AccessSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Resources, Urls);

    /// <summary>The rules, one a line; <c>nothing</c> for the empty set.</summary>
    public override string ToString() => IsEmpty ? "nothing" : string.Join('\n', Rules);
}

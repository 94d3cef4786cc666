using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// One of the four RBAC objects. Equality compares what the object says; where it was read plays no part.
/// </summary>
public abstract record RbacObject
{
    private protected RbacObject()
    {
    }

    /// <summary>The object's kind: <c>Role</c>, <c>ClusterRole</c>, <c>RoleBinding</c> or <c>ClusterRoleBinding</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The plural resource name, as in URLs and rules: <c>roles</c>, <c>clusterroles</c>, …</summary>
    public abstract string Resource { get; }

    /// <summary>True for Role and RoleBinding.</summary>
    public abstract bool IsNamespaced { get; }

    /// <summary>Name, namespace, labels and annotations.</summary>
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Where the object was read: the place of its first field.</summary>
    public SourceLocation Location { get; init; }

    /// <inheritdoc/>
    public virtual bool Equals(RbacObject? other) =>
        other is not null && EqualityContract == other.EqualityContract && Metadata == other.Metadata;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Metadata);
}

/// <summary>A Role or a ClusterRole: a list of rules.</summary>
public abstract record RbacRole : RbacObject
{
    private protected RbacRole()
    {
    }

    /// <summary>The rules in order.</summary>
    public ImmutableArray<PolicyRule> Rules { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <inheritdoc/>
    public virtual bool Equals(RbacRole? other) => base.Equals(other) && Rules.AsSpan().SequenceEqual(other.Rules.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Rules.Length);
}

/// <summary>A RoleBinding or a ClusterRoleBinding: subjects to whom a role is granted.</summary>
public abstract record RbacBinding : RbacObject
{
    private protected RbacBinding()
    {
    }

    /// <summary>The subjects in order; the first that applies to a user is the one a reason names.</summary>
    public ImmutableArray<Subject> Subjects { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The role granted.</summary>
    public RoleRef RoleRef { get; init; } = new();

    /// <inheritdoc/>
    public virtual bool Equals(RbacBinding? other) =>
        base.Equals(other) && RoleRef == other.RoleRef && Subjects.AsSpan().SequenceEqual(other.Subjects.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), RoleRef, Subjects.Length);
}

/// <summary>Rules granted inside one namespace (upstream: <c>rbac.authorization.k8s.io/v1.Role</c>).</summary>
public sealed record Role : RbacRole
{
    /// <inheritdoc/>
    public override string Kind => RbacNames.RoleKind;

    /// <inheritdoc/>
    public override string Resource => "roles";

    /// <inheritdoc/>
    public override bool IsNamespaced => true;
}

/// <summary>
/// Rules granted cluster-wide, or in a namespace when bound there (upstream: <c>rbac.authorization.k8s.io/v1.ClusterRole</c>).
/// </summary>
public sealed record ClusterRole : RbacRole
{
    /// <inheritdoc/>
    public override string Kind => RbacNames.ClusterRoleKind;

    /// <inheritdoc/>
    public override string Resource => "clusterroles";

    /// <inheritdoc/>
    public override bool IsNamespaced => false;

    /// <summary>
    /// When not null, the rules are those of the cluster roles it selects; evaluation reads <see cref="RbacRole.Rules"/> only.
    /// </summary>
    public AggregationRule? AggregationRule { get; init; }

    /// <inheritdoc/>
    public bool Equals(ClusterRole? other) => base.Equals(other) && AggregationRule == other.AggregationRule;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), AggregationRule is null);
}

/// <summary>Grants a Role or ClusterRole inside its namespace (upstream: <c>rbac.authorization.k8s.io/v1.RoleBinding</c>).</summary>
public sealed record RoleBinding : RbacBinding
{
    /// <inheritdoc/>
    public override string Kind => RbacNames.RoleBindingKind;

    /// <inheritdoc/>
    public override string Resource => "rolebindings";

    /// <inheritdoc/>
    public override bool IsNamespaced => true;
}

/// <summary>Grants a ClusterRole everywhere (upstream: <c>rbac.authorization.k8s.io/v1.ClusterRoleBinding</c>).</summary>
public sealed record ClusterRoleBinding : RbacBinding
{
    /// <inheritdoc/>
    public override string Kind => RbacNames.ClusterRoleBindingKind;

    /// <inheritdoc/>
    public override string Resource => "clusterrolebindings";

    /// <inheritdoc/>
    public override bool IsNamespaced => false;
}

using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>A place in the order of the role bindings, or in that of the cluster role bindings, of one policy.</summary>
internal readonly record struct BindingPlace(bool IsNamespaced, int Place) : IComparable<BindingPlace>
{
    public int CompareTo(BindingPlace other) =>
        IsNamespaced == other.IsNamespaced ? Place.CompareTo(other.Place) : IsNamespaced.CompareTo(other.IsNamespaced);
}

/// <summary>A binding that reaches somebody, with its role. The binding is an object only where someone reads of it.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Namespace">Its namespace, <c>""</c> for a cluster role binding.</param>
/// <param name="Role">The role.</param>
internal readonly record struct Grant(BindingPlace Binding, string Namespace, RoleDiagram Role);

/// <summary>Where somebody's access may have changed.</summary>
internal sealed class TouchedScopes
{
    /// <summary>True when a cluster role binding changed, and with it any namespace.</summary>
    public bool IsClusterWide { get; private set; }

    public HashSet<string> Namespaces { get; } = new(StringComparer.Ordinal);

    /// <summary>True where there is nothing.</summary>
    public bool IsEmpty => !IsClusterWide && Namespaces.Count == 0;

    public bool Contains(string @namespace) => IsClusterWide || Namespaces.Contains(@namespace);

    public void Add(RbacBinding binding)
    {
        if (binding.IsNamespaced)
        {
            Namespaces.Add(binding.Metadata.Namespace);
        }
        else
        {
            IsClusterWide = true;
        }
    }

    public void Add(TouchedScopes other)
    {
        IsClusterWide |= other.IsClusterWide;
        Namespaces.UnionWith(other.Namespaces);
    }
}

/// <summary>An identity that bindings name, and what it is granted on either side where that matters.</summary>
internal sealed class Grantee(SubjectIdentity identity)
{
    public SubjectIdentity Identity => identity;

    /// <summary>Where the identity's own access may have changed.</summary>
    public TouchedScopes Touched { get; } = new();

    public bool IsTouched => !Touched.IsEmpty;

    /// <summary>Where its grants matter: to itself, and to people who have the identity among others.</summary>
    public TouchedScopes Wanted { get; } = new();

    /// <summary>What it is granted before, in policy order.</summary>
    public List<Grant> Before { get; } = [];

    /// <summary>What it is granted after, in policy order.</summary>
    public List<Grant> After { get; } = [];

    public void Touch(RbacBinding binding)
    {
        Touched.Add(binding);
        Wanted.Add(binding);
    }
}

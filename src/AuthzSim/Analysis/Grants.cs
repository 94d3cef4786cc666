using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>A binding that reaches somebody, with its role.</summary>
internal readonly record struct Grant(RbacBinding Binding, Subject Subject, RbacRole Role);

/// <summary>Where somebody's access may have changed.</summary>
internal sealed class TouchedScopes
{
    /// <summary>True when a cluster role binding changed, and with it any namespace.</summary>
    public bool IsClusterWide { get; set; }

    public HashSet<string> Namespaces { get; } = new(StringComparer.Ordinal);

    /// <summary>Where any of these are.</summary>
    public static TouchedScopes Of(ReadOnlySpan<TouchedScopes> scopes)
    {
        var result = new TouchedScopes();
        foreach (var other in scopes)
        {
            result.IsClusterWide |= other.IsClusterWide;
            result.Namespaces.UnionWith(other.Namespaces);
        }

        return result;
    }

    public bool Contains(RbacBinding binding) => !binding.IsNamespaced || IsClusterWide || Namespaces.Contains(binding.Metadata.Namespace);

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
}

/// <summary>What somebody is granted on one side, as far as it was looked for.</summary>
internal sealed class Grants
{
    public static Grants None { get; } = new();

    public List<Grant> ClusterWide { get; } = [];

    public Dictionary<string, List<Grant>> ByNamespace { get; } = new(StringComparer.Ordinal);

    public IEnumerable<Grant> All => ClusterWide.Concat(ByNamespace.Values.SelectMany(g => g));

    public IReadOnlyList<Grant> In(string @namespace) => ByNamespace.TryGetValue(@namespace, out var grants) ? grants : [];

    public void Add(Grant grant)
    {
        if (!grant.Binding.IsNamespaced)
        {
            ClusterWide.Add(grant);
        }
        else if (ByNamespace.TryGetValue(grant.Binding.Metadata.Namespace, out var grants))
        {
            grants.Add(grant);
        }
        else
        {
            ByNamespace.Add(grant.Binding.Metadata.Namespace, [grant]);
        }
    }

    /// <summary>What a user has through any of several identities; a binding counts once, for the first subject that applies.</summary>
    public static Grants Of(UserInfo user, IEnumerable<Grants> identities)
    {
        var result = new Grants();
        var seen = new HashSet<RbacBinding>(ReferenceEqualityComparer.Instance);
        foreach (var grant in identities.SelectMany(g => g.All).Where(g => seen.Add(g.Binding)))
        {
            result.Add(grant with { Subject = RuleResolver.FirstSubjectOf(grant.Binding, user)! });
        }

        return result;
    }
}

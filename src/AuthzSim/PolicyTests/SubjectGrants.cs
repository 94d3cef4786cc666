using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>A binding that names a subject, with its role.</summary>
internal readonly record struct SubjectGrant(RbacBinding Binding, Subject Subject, RbacRole Role)
{
    /// <summary>The rules that allow something of a set.</summary>
    public IEnumerable<AllowingPath> Allowing(AccessSet set, RoleAccess access)
    {
        var (diagram, @namespace) = (access.Of(Role), Binding.IsNamespaced ? Binding.Metadata.Namespace : null);
        var source = new RuleSource(Binding, Subject, Role);
        for (var i = 0; i < diagram.Rules.Length; i++)
        {
            var granted = SetOf(@namespace, diagram.Rules[i], access.Algebra);
            if (NodeAlgebra.Overlap(granted.Resources, set.Resources) || NodeAlgebra.Overlap(granted.Urls, set.Urls))
            {
                yield return new AllowingPath(source, Role.Rules[i]);
            }
        }
    }

    /// <summary>What rules allow when a role binding of a namespace grants them; null for a cluster role binding.</summary>
    public static AccessSet SetOf(string? @namespace, RuleNodes nodes, NodeAlgebra algebra) => @namespace is null
        ? new AccessSet(algebra.Values([], [], nodes.Resources), nodes.Urls)
        : new AccessSet(algebra.Values([@namespace], nodes.Resources, AccessNode.Empty), AccessNode.Empty);
}

/// <summary>What one subject is granted.</summary>
internal sealed class SubjectGrants
{
    public static SubjectGrants None { get; } = new();

    public List<SubjectGrant> ClusterWide { get; } = [];

    public Dictionary<string, List<SubjectGrant>> ByNamespace { get; } = new(StringComparer.Ordinal);

    public IEnumerable<SubjectGrant> All => ClusterWide.Concat(ByNamespace.Values.SelectMany(g => g));

    public IReadOnlyList<SubjectGrant> In(string @namespace) => ByNamespace.TryGetValue(@namespace, out var grants) ? grants : [];

    public void Add(SubjectGrant grant)
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
}

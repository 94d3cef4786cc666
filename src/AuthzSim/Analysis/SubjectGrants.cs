using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>What one subject is granted, cluster-wide and by namespace.</summary>
internal sealed class SubjectGrants
{
    public static SubjectGrants None { get; } = new();

    public List<RuleSource> ClusterWide { get; } = [];

    public Dictionary<string, List<RuleSource>> ByNamespace { get; } = new(StringComparer.Ordinal);

    public IEnumerable<RuleSource> All => ClusterWide.Concat(ByNamespace.Values.SelectMany(g => g));

    public IReadOnlyList<RuleSource> In(string @namespace) => ByNamespace.TryGetValue(@namespace, out var grants) ? grants : [];

    public void Add(RuleSource grant)
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

    /// <summary>The rules of a grant that allow something in a set.</summary>
    public static IEnumerable<AllowingPath> Allowing(AccessSet set, RuleSource grant, RoleAccess access)
    {
        var diagrams = access.Of(grant.Role).Rules;
        var scope = grant.Binding.IsNamespaced ? set.Resources.At(grant.Binding.Metadata.Namespace) : null;
        for (var i = 0; i < diagrams.Length; i++)
        {
            var (resources, urls) = diagrams[i];
            if (scope is not null
                ? NodeAlgebra.Overlap(resources, scope)
                : NodeAlgebra.Overlap(urls, set.Urls) || NodeAlgebra.Overlap(access.Algebra.Values([], [], resources), set.Resources))
            {
                yield return new AllowingPath(grant, grant.Role.Rules[i]);
            }
        }
    }
}

using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>A subject of a binding, and the role it is given.</summary>
internal readonly record struct GrantEntry(RbacBinding Binding, int Subject, RbacRole Role)
{
    public bool IsDefault => LintContext.IsDefault(Binding);
}

/// <summary>What one subject is given: cluster-wide, and in each namespace, in the order of bindings.</summary>
internal sealed class IdentityGrants
{
    public List<GrantEntry> ClusterWide { get; } = [];

    public Dictionary<string, List<GrantEntry>> ByNamespace { get; } = new(StringComparer.Ordinal);

    /// <summary>All that bindings with a role give, by subject; a subject that a binding names twice once.</summary>
    public static Dictionary<SubjectIdentity, IdentityGrants> Of(LintContext context)
    {
        Dictionary<SubjectIdentity, IdentityGrants> result = [];
        HashSet<SubjectIdentity> seen = [];
        foreach (var binding in context.Bindings)
        {
            if (context.Resolver.RoleOf(binding) is not { } role)
            {
                continue;
            }

            seen.Clear();
            for (var i = 0; i < binding.Subjects.Length; i++)
            {
                var identity = SubjectIdentity.Of(binding.Subjects[i], binding);
                if (identity == SubjectIdentity.Nobody || (binding.Subjects.Length > 1 && !seen.Add(identity)))
                {
                    continue;
                }

                if (!result.TryGetValue(identity, out var grants))
                {
                    result.Add(identity, grants = new IdentityGrants());
                }

                grants.ListOf(binding).Add(new GrantEntry(binding, i, role));
            }
        }

        return result;
    }

    private List<GrantEntry> ListOf(RbacBinding binding)
    {
        if (!binding.IsNamespaced)
        {
            return ClusterWide;
        }

        if (!ByNamespace.TryGetValue(binding.Metadata.Namespace, out var list))
        {
            ByNamespace.Add(binding.Metadata.Namespace, list = []);
        }

        return list;
    }
}

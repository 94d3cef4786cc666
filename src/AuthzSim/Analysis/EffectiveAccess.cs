using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>All that users may do, as sets.</summary>
public static class EffectiveAccess
{
    /// <summary>
    /// What each user may do, by name and groups together, over all namespaces; members of <c>system:masters</c> everything.
    /// One look at the policy for all of them.
    /// </summary>
    /// <param name="policy">The policy; aggregated roles are taken as they stand.</param>
    /// <param name="users">The users.</param>
    public static AccessSet[] Of(PolicySet policy, params ReadOnlySpan<UserInfo> users)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var resolver = new RuleResolver(policy);
        var access = new RoleAccess();
        UserInfo[] asked = users.ToArray();
        var grants = Array.ConvertAll(asked, _ => new Grants());
        foreach (var binding in policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings.Where(b => b.Metadata.Namespace.Length > 0)))
        {
            for (var i = 0; i < asked.Length; i++)
            {
                if (RuleResolver.FirstSubjectOf(binding, asked[i]) is { } subject && resolver.RoleOf(binding) is { } role)
                {
                    grants[i].Add(new Grant(binding, subject, role));
                }
            }
        }

        var anywhere = new TouchedScopes { IsClusterWide = true };
        foreach (var @namespace in grants.SelectMany(g => g.ByNamespace.Keys))
        {
            anywhere.Namespaces.Add(@namespace);
        }

        return [.. asked.Select((user, i) => user.Groups.Contains(RbacNames.SystemMasters)
            ? AccessSet.Everything
            : access.Except(grants[i], Grants.None, anywhere))];
    }
}

using System.Collections.Immutable;
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
    public static ImmutableArray<AccessSet> Of(PolicySet policy, params IEnumerable<UserInfo> users)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(users);
        var grants = new GrantIndex(policy, new RoleAccess());
        return [.. users.Select(u => u.Groups.Contains(RbacNames.SystemMasters) ? AccessSet.Everything : grants.Of(u))];
    }
}

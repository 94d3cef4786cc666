using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>The groups an impersonated user gets without being given them.</summary>
internal static class ImpersonatedGroups
{
    /// <summary>The groups given; for a service account given none, its own.</summary>
    public static ImmutableArray<string> Of(UserInfo wanted) =>
        wanted.Groups.IsEmpty && ServiceAccountNames.TrySplitUserName(wanted.Name, out var @namespace, out _)
            ? [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{@namespace}"]
            : wanted.Groups;

    public static ImmutableArray<string> WithAuthenticated(string name, ImmutableArray<string> groups)
    {
        var isMarked = groups.Contains(WellKnownUsers.Unauthenticated, StringComparer.Ordinal);
        if (name == WellKnownUsers.Anonymous)
        {
            return isMarked ? groups : groups.Add(WellKnownUsers.Unauthenticated);
        }

        return isMarked || groups.Contains(WellKnownUsers.Authenticated, StringComparer.Ordinal)
            ? groups
            : groups.Add(WellKnownUsers.Authenticated);
    }
}

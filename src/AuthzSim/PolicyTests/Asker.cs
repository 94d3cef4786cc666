using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>A subject of a test as the user who asks, with the groups such a user always has.</summary>
internal static class Asker
{
    /// <summary>
    /// The user: one with known groups as <c>kubectl --as USER --as-group GROUP</c> makes it, a service account with its own
    /// groups besides, and for a group a member that has no name.
    /// </summary>
    public static UserInfo Of(Subject subject, PolicyTest test)
    {
        switch (subject.Kind)
        {
            case RbacNames.GroupKind:
                var groups = ImmutableArray.Create(subject.Name).AddRange(ImpliedBy(subject.Name));
                return new UserInfo { Groups = groups };
            case RbacNames.ServiceAccountKind:
                var name = ServiceAccountNames.MakeUserName(subject.Namespace, subject.Name);
                return UserInfo.Impersonated(name, [.. GroupsOfAccount(subject.Namespace), .. test.Members.GetValueOrDefault(name, [])]);
            default:
                return UserOf(subject.Name, test);
        }
    }

    /// <summary>The user of a name, who may be a service account.</summary>
    public static UserInfo UserOf(string name, PolicyTest test)
    {
        var known = test.Members.GetValueOrDefault(name, []);
        return name.Length == 0 ? new UserInfo { Groups = known.Add(WellKnownUsers.Authenticated) }
            : ServiceAccountNames.TrySplitUserName(name, out var @namespace, out _)
                ? UserInfo.Impersonated(name, [.. GroupsOfAccount(@namespace), .. known])
            : UserInfo.Impersonated(name, known);
    }

    /// <summary>The groups that every member of a group is in as well.</summary>
    public static IEnumerable<string> ImpliedBy(string group)
    {
        if (group.StartsWith(WellKnownUsers.ServiceAccounts + ":", StringComparison.Ordinal))
        {
            yield return WellKnownUsers.ServiceAccounts;
        }

        if (group is not (WellKnownUsers.Authenticated or WellKnownUsers.Unauthenticated))
        {
            yield return WellKnownUsers.Authenticated;
        }
    }

    public static IEnumerable<SubjectIdentity> IdentitiesOf(UserInfo user) =>
        user.Groups.Distinct(StringComparer.Ordinal).Select(g => new SubjectIdentity(true, g)).Prepend(new SubjectIdentity(false, user.Name));

    private static string[] GroupsOfAccount(string @namespace) => [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{@namespace}"];
}

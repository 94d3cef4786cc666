using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Generation;

/// <summary>Who asks, with the groups an authenticator would give; a user of the fleet has the same groups every time.</summary>
internal sealed class FleetUsers(FleetLayout layout)
{
    private const int MemberAttempts = 4;

    /// <summary>A user, with its team's namespace most likely of interest, or a service account with its own.</summary>
    public (UserInfo User, int Home) Anybody(SplitMix64 random)
    {
        if (layout.IsWide || random.Chance(50))
        {
            var index = random.Below(layout.Users);
            return (User(index), layout.SomeNamespaceOfTeam(index % layout.Teams, random));
        }

        var @namespace = random.Below(layout.Namespaces);
        var account = FleetLayout.AccountName(random.Below(FleetLayout.AccountsPerNamespace));
        return (Account(FleetLayout.NamespaceName(@namespace), account), @namespace);
    }

    /// <summary>Somebody whom no binding names, though one may name a group that everybody is in.</summary>
    public (UserInfo User, int Home) Stranger(SplitMix64 random)
    {
        var home = random.Below(layout.Namespaces);
        return random.Below(4) switch
        {
            0 => (UserInfo.Impersonated(WellKnownUsers.Anonymous), home),
            1 => (Account(FleetLayout.NamespaceName(home), $"unknown-{random.Below(1000)}"), home),
            _ => (UserInfo.Of($"guest{random.Below(1000)}@elsewhere.example", "oidc:guests", WellKnownUsers.Authenticated), home),
        };
    }

    /// <summary>Somebody to whom a subject applies.</summary>
    public UserInfo Of(FleetSubject subject, SplitMix64 random) => subject.Kind switch
    {
        FleetSubjectKind.User => User(subject.Index),
        FleetSubjectKind.Account => Account(FleetLayout.NamespaceName(subject.Namespace), FleetLayout.AccountName(subject.Index)),
        FleetSubjectKind.Team => Member(random, FleetLayout.TeamGroup(subject.Index), subject.Index, 0),
        FleetSubjectKind.Organization =>
            Member(random, FleetLayout.OrganizationGroup(subject.Index), subject.Index, layout.Organizations),
        FleetSubjectKind.ClusterAdmins => Member(random, FleetLayout.ClusterAdminsGroup, random.Below(layout.Teams), 0),
        _ => User(random.Below(layout.Users)),
    };

    private static UserInfo Account(string @namespace, string name) =>
        UserInfo.Impersonated(ServiceAccountNames.MakeUserName(@namespace, name));

    private UserInfo User(int index)
    {
        var random = layout.Random(FleetStream.Membership, index);
        var team = index % layout.Teams;
        var groups = ImmutableArray.CreateBuilder<string>();
        groups.Add(FleetLayout.TeamGroup(team));
        if (random.Chance(70))
        {
            groups.Add(FleetLayout.OrganizationGroup(team % layout.Organizations));
        }

        for (var more = random.Chance(8) ? 2 + random.Below(4) : 0; more > 0; more--)
        {
            var group = FleetLayout.TeamGroup(random.Below(layout.Teams));
            if (!groups.Contains(group))
            {
                groups.Add(group);
            }
        }

        groups.Add(WellKnownUsers.Authenticated);
        return new UserInfo { Name = FleetLayout.UserName(index), Groups = groups.DrainToImmutable() };
    }

    /// <summary>A user in the group: of the team first, or of every step-th team from there. A group without users gets one.</summary>
    private UserInfo Member(SplitMix64 random, string group, int first, int step)
    {
        for (var attempt = 0; attempt < MemberAttempts; attempt++)
        {
            var team = step == 0 ? first : first + (step * random.Below(((layout.Teams - 1 - first) / step) + 1));
            if (team < layout.Users)
            {
                var members = ((layout.Users - 1 - team) / layout.Teams) + 1;
                var user = User(team + (layout.Teams * random.Below(members)));
                if (user.Groups.Contains(group))
                {
                    return user;
                }
            }
        }

        var joined = User(random.Below(layout.Users));
        return joined.Groups.Contains(group) ? joined : joined with { Groups = joined.Groups.Insert(0, group) };
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Generation;

internal enum FleetSubjectKind
{
    User,
    Team,
    Organization,
    Account,
    ClusterAdmins,
    Authenticated,
}

/// <summary>Whom a binding is for, by number.</summary>
internal readonly record struct FleetSubject(FleetSubjectKind Kind, int Index = 0, int Namespace = 0)
{
    public Subject ToSubject() => Kind switch
    {
        FleetSubjectKind.User => Subject.User(FleetLayout.UserName(Index)),
        FleetSubjectKind.Account => Subject.ServiceAccount(FleetLayout.NamespaceName(Namespace), FleetLayout.AccountName(Index)),
        FleetSubjectKind.Team => Subject.Group(FleetLayout.TeamGroup(Index)),
        FleetSubjectKind.Organization => Subject.Group(FleetLayout.OrganizationGroup(Index)),
        FleetSubjectKind.ClusterAdmins => Subject.Group(FleetLayout.ClusterAdminsGroup),
        _ => Subject.Group(WellKnownUsers.Authenticated),
    };
}

/// <summary>What a binding says, by number.</summary>
/// <param name="Namespace">Where it grants; null: everywhere.</param>
/// <param name="IsClusterRole">Whether it grants a cluster role or a role.</param>
/// <param name="Role">The number of the role.</param>
/// <param name="Subjects">Whom it is for.</param>
internal readonly record struct FleetGrant(int? Namespace, bool IsClusterRole, int Role, ImmutableArray<FleetSubject> Subjects);

/// <summary>Who gets which role, drawn anew from a binding's number each time it is asked for.</summary>
internal sealed class FleetGrants(FleetLayout layout)
{
    // What is granted to the whole cluster is spread over more roles than what is granted in namespaces.
    private const int ClusterWideHead = 4;

    public FleetGrant OfClusterRoleBinding(int index)
    {
        if (layout.IsWide)
        {
            var role = (int)((long)index * layout.ClusterRoles / layout.ClusterRoleBindings);
            return new(null, true, role, [new(FleetSubjectKind.User, index % layout.Users)]);
        }

        switch (index)
        {
            case FleetLayout.DiscoveryBinding:
                return new(null, true, layout.DiscoveryRole, [new(FleetSubjectKind.Authenticated)]);
            case FleetLayout.ClusterAdminsBinding:
                return new(null, true, layout.ClusterAdminRole, [new(FleetSubjectKind.ClusterAdmins)]);
            default:
                var random = layout.Random(FleetStream.ClusterRoleBinding, index);
                return new(null, true, random.Skewed(layout.Views, ClusterWideHead), Subjects(random, home: null));
        }
    }

    public FleetGrant OfRoleBinding(int index)
    {
        var random = layout.Random(FleetStream.RoleBinding, index);
        var @namespace = layout.NamespaceOfRoleBinding(index);
        var first = layout.FirstRole(@namespace);
        var own = layout.FirstRole(@namespace + 1) - first;
        var isClusterRole = own == 0 || random.Chance(50);
        var role = isClusterRole ? random.Skewed(layout.Views, head: 1) : first + random.Skewed(own, head: 1);
        return new(@namespace, isClusterRole, role, Subjects(random, @namespace));
    }

    private ImmutableArray<FleetSubject> Subjects(SplitMix64 random, int? home)
    {
        var count = 1 + random.Below(4);
        var subjects = ImmutableArray.CreateBuilder<FleetSubject>(count);

        // Cluster-wide grants go to accounts of operators more than to groups of people.
        var groupsEnd = home is null ? 5 : 7;
        for (var i = 0; i < count; i++)
        {
            var kind = random.Below(10);
            var subject = kind switch
            {
                < 4 => new(FleetSubjectKind.User, random.Skewed(layout.Users, head: Math.Max(1, layout.Users / 64))),
                _ when kind < groupsEnd => Group(random, home),
                _ => Account(random, home),
            };
            if (!subjects.Contains(subject))
            {
                subjects.Add(subject);
            }
        }

        return subjects.DrainToImmutable();
    }

    /// <summary>In a namespace its own team or a group of the skewed rest, organizations first; cluster-wide any team.</summary>
    private FleetSubject Group(SplitMix64 random, int? home)
    {
        if (home is not { } @namespace)
        {
            return new(FleetSubjectKind.Team, random.Below(layout.Teams));
        }

        if (random.Chance(20))
        {
            return new(FleetSubjectKind.Team, FleetLayout.TeamOf(@namespace));
        }

        var rank = random.Skewed(layout.Organizations + layout.Teams, head: 1);
        return rank < layout.Organizations
            ? new(FleetSubjectKind.Organization, rank)
            : new(FleetSubjectKind.Team, rank - layout.Organizations);
    }

    private FleetSubject Account(SplitMix64 random, int? home)
    {
        var @namespace = home is { } own && random.Chance(80) ? own : random.Below(layout.Namespaces);
        return new(FleetSubjectKind.Account, random.Below(FleetLayout.AccountsPerNamespace), @namespace);
    }
}

using System.Runtime.CompilerServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>
/// Compares compiled policies: what two share, because one came from the other, is passed over unseen, and the index finds what
/// the touched are granted.
/// </summary>
internal sealed class CompiledComparison : PolicyComparison
{
    private readonly PolicyTables _before;
    private readonly PolicyTables _after;

    // A role is made of its record once, so that whoever remembers roles by reference knows it again.
    private readonly Dictionary<CompiledRole, RbacRole> _roles = new(ReferenceEqualityComparer.Instance);

    public CompiledComparison(CompiledPolicy before, CompiledPolicy after, RoleAccess access)
    {
        (_before, _after) = (before.Tables, after.Tables);
        TouchChanged(ClusterRoleBindingsApart(_before, _after), ClusterRoleBindingsApart(_after, _before));
        TouchChanged(RoleBindingsApart(_before, _after), RoleBindingsApart(_after, _before));
        TouchBindingsTo(ChangedRoles(_before, _after, access), _before);
        TouchBindingsTo(ChangedRoles(_after, _before, access), _after);
    }

    public override (Dictionary<SubjectIdentity, Grants> Before, Dictionary<SubjectIdentity, Grants> After) GrantsOf(
        IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted) =>
        wanted.Count == 0 ? ([], []) : (GrantsOf(wanted, _before), GrantsOf(wanted, _after));

    private Dictionary<SubjectIdentity, Grants> GrantsOf(IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted, PolicyTables tables)
    {
        SortedSet<int> cluster = [];
        SortedSet<int> namespaced = [];
        var everywhere = new BitSet((Math.Max(tables.Users.Count, tables.Groups.Count) << 1) + 2);
        var isAnyEverywhere = false;
        foreach (var (identity, scopes) in wanted)
        {
            ref readonly var slot = ref (identity.IsGroup ? ref tables.Groups.Find(identity.Name) : ref tables.Users.Find(identity.Name));
            if (Unsafe.IsNullRef(in slot))
            {
                continue;
            }

            var id = identity.IsGroup ? SubjectRow.OfGroup(slot.Id) : SubjectRow.OfUser(slot.Id);
            foreach (var posting in slot.Payload!)
            {
                cluster.Add(posting.Binding);
            }

            everywhere.SetIf(id, scopes.IsClusterWide);
            isAnyEverywhere |= scopes.IsClusterWide;
            foreach (var @namespace in scopes.IsClusterWide ? [] : scopes.Namespaces)
            {
                foreach (var posting in tables.Namespaces.PayloadOf(@namespace).PostingsOf(id))
                {
                    namespaced.Add(posting.Binding);
                }
            }
        }

        if (isAnyEverywhere)
        {
            AddBindingsOf(everywhere, tables, namespaced);
        }

        Dictionary<SubjectIdentity, Grants> result = [];
        foreach (var place in cluster)
        {
            Gather(RowMapping.ClusterRoleBindingAt(tables, place), _ => RoleOf(tables, tables.ClusterRoleBindings[place]), wanted, result);
        }

        foreach (var place in namespaced)
        {
            Gather(RowMapping.RoleBindingAt(tables, place), _ => RoleOf(tables, tables.RoleBindings[place]), wanted, result);
        }

        return result;
    }

    private static void AddBindingsOf(BitSet identities, PolicyTables tables, SortedSet<int> places)
    {
        for (var place = 0; place < tables.RoleBindings.Count; place++)
        {
            ref readonly var row = ref tables.RoleBindings[place];
            if (row.IsRemoved)
            {
                continue;
            }

            foreach (var subject in tables.RecordOf(row).Subjects)
            {
                if (subject.MatchesSomebody && identities[subject.Identity])
                {
                    places.Add(place);
                }
            }
        }
    }

    private static IEnumerable<ClusterRoleBinding> ClusterRoleBindingsApart(PolicyTables tables, PolicyTables others) =>
        tables.ClusterRoleBindings.PlacesNotSharedWith(others.ClusterRoleBindings)
            .Where(i => !tables.ClusterRoleBindings[i].IsRemoved).Select(i => RowMapping.ClusterRoleBindingAt(tables, i));

    private static IEnumerable<RoleBinding> RoleBindingsApart(PolicyTables tables, PolicyTables others) =>
        tables.RoleBindings.PlacesNotSharedWith(others.RoleBindings)
            .Where(i => !tables.RoleBindings[i].IsRemoved).Select(i => RowMapping.RoleBindingAt(tables, i));

    private Dictionary<(string Kind, string Namespace, string Name), int> RolesApart(PolicyTables tables, PolicyTables others) =>
        tables.Roles.PlacesNotSharedWith(others.Roles)
            .Select(place => (Place: place, Role: SourceAt(tables, place))).Where(r => r.Role is not null)
            .ToDictionary(r => (r.Role!.Kind, r.Role.IsNamespaced ? r.Role.Metadata.Namespace : "", r.Role.Metadata.Name), r => r.Place);

    /// <summary>The places of roles that allow something else on the other side, however they are written.</summary>
    private HashSet<int> ChangedRoles(PolicyTables tables, PolicyTables others, RoleAccess access)
    {
        var theirs = RolesApart(others, tables);
        return
        [
            .. RolesApart(tables, others).Where(r =>
            {
                var isThere = theirs.TryGetValue(r.Key, out var place);
                return !(isThere && ReferenceEquals(tables.Roles[r.Value].Role, others.Roles[place].Role))
                    && access.Of(SourceAt(tables, r.Value)) != access.Of(isThere ? SourceAt(others, place) : null);
            }).Select(r => r.Value),
        ];
    }

    private RbacRole? SourceAt(PolicyTables tables, int place)
    {
        if (tables.Roles[place].Role is not { } compiled)
        {
            return null;
        }

        if (!_roles.TryGetValue(compiled, out var role))
        {
            role = compiled.Record.ToRole(tables);
            _roles.Add(compiled, role);
        }

        return role;
    }

    private RbacRole? RoleOf(PolicyTables tables, in BindingRow row) => SourceAt(tables, tables.RoleRefs[row.RoleRef].Role);

    private void TouchBindingsTo(HashSet<int> roles, PolicyTables tables)
    {
        foreach (var place in roles.SelectMany(role => tables.Roles[role].ClusterBindings))
        {
            Touch(RowMapping.ClusterRoleBindingAt(tables, place));
        }

        for (var place = 0; roles.Count > 0 && place < tables.RoleBindings.Count; place++)
        {
            if (tables.RoleBindings[place] is { IsRemoved: false } row && roles.Contains(tables.RoleRefs[row.RoleRef].Role))
            {
                Touch(RowMapping.RoleBindingAt(tables, place));
            }
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>
/// A compiled policy: what it shares with the other, because one came from the other, is passed over unseen, and the index finds
/// what identities are granted.
/// </summary>
/// <param name="tables">The policy.</param>
/// <param name="access">Remembers what roles allow.</param>
/// <param name="roles">The roles met so far, of both sides: those they share are made once.</param>
internal sealed class CompiledSide(PolicyTables tables, RoleAccess access, Dictionary<CompiledRole, RoleDiagram> roles) : PolicySide<CompiledSide>
{
    private readonly PolicyTables _tables = tables;
    private readonly Dictionary<int, string> _namespaces = [];
    private readonly Dictionary<BindingPlace, RbacBinding> _bindings = [];

    public override (IEnumerable<RbacBinding> Own, IEnumerable<RbacBinding> Theirs) BindingsApart(CompiledSide other) =>
        (PlacesApart(_tables, other._tables).Select(Make), PlacesApart(other._tables, _tables).Select(other.Make));

    public override IEnumerable<RbacBinding> BindingsToChangedRoles(CompiledSide other)
    {
        var changed = ChangedRoles(other);
        foreach (var place in changed.SelectMany(role => _tables.Roles[role].ClusterBindings))
        {
            yield return Make(new BindingPlace(false, place));
        }

        for (var place = 0; changed.Count > 0 && place < _tables.RoleBindings.Count; place++)
        {
            if (_tables.RoleBindings[place] is { IsRemoved: false } row && changed.Contains(_tables.RoleRefs[row.RoleRef].Role))
            {
                yield return Make(new BindingPlace(true, place));
            }
        }
    }

    public override void Gather(IReadOnlyDictionary<SubjectIdentity, Grantee> wanted, Func<Grantee, List<Grant>> grantsOf)
    {
        Dictionary<int, List<Grant>> everywhere = [];
        foreach (var (identity, grantee) in wanted)
        {
            ref readonly var slot = ref (identity.IsGroup ? ref _tables.Groups.Find(identity.Name) : ref _tables.Users.Find(identity.Name));
            if (Unsafe.IsNullRef(in slot))
            {
                continue;
            }

            var id = identity.IsGroup ? SubjectRow.OfGroup(slot.Id) : SubjectRow.OfUser(slot.Id);
            var grants = grantsOf(grantee);
            foreach (var posting in slot.Payload!)
            {
                Add(grants, isNamespaced: false, "", posting);
            }

            if (grantee.Wanted.IsClusterWide)
            {
                everywhere.Add(id, grants);
                continue;
            }

            foreach (var @namespace in grantee.Wanted.Namespaces)
            {
                Add(grants, @namespace, _tables.Namespaces.PayloadOf(@namespace), id);
            }

            grants.Sort(static (a, b) => a.Binding.CompareTo(b.Binding));
        }

        GatherEverywhere(everywhere);
    }

    public override RbacBinding BindingAt(BindingPlace place)
    {
        if (!_bindings.TryGetValue(place, out var binding))
        {
            _bindings.Add(place, binding = Make(place));
        }

        return binding;
    }

    /// <summary>By the index of each namespace, or, if those are more look-ups than there are bindings, by a look at each of these.</summary>
    private void GatherEverywhere(Dictionary<int, List<Grant>> everywhere)
    {
        if (everywhere.Count == 0)
        {
            return;
        }

        if ((long)everywhere.Count * _tables.Namespaces.Count > _tables.RoleBindings.Count)
        {
            GatherFromBindings(everywhere);
            return;
        }

        for (var i = 0; i < _tables.Namespaces.Count; i++)
        {
            ref readonly var slot = ref _tables.Namespaces.SlotOf(i);
            if (slot.Payload.IsNone)
            {
                continue;
            }

            foreach (var (id, grants) in everywhere)
            {
                foreach (var posting in slot.Payload.PostingsOf(id))
                {
                    if (NameOf(i) is { Length: > 0 } @namespace)
                    {
                        Add(grants, isNamespaced: true, @namespace, posting);
                    }
                }
            }
        }

        foreach (var grants in everywhere.Values)
        {
            grants.Sort(static (a, b) => a.Binding.CompareTo(b.Binding));
        }
    }

    private void GatherFromBindings(Dictionary<int, List<Grant>> everywhere)
    {
        for (var place = 0; place < _tables.RoleBindings.Count; place++)
        {
            ref readonly var row = ref _tables.RoleBindings[place];
            if (row.IsRemoved || NameOf(row.Namespace) is not { Length: > 0 } @namespace)
            {
                continue;
            }

            foreach (var subject in _tables.RecordOf(row).Subjects)
            {
                if (subject.MatchesSomebody && everywhere.TryGetValue(subject.Identity, out var grants))
                {
                    Add(grants, isNamespaced: true, @namespace, new Posting(_tables.RoleRefs[row.RoleRef].Role, place));
                }
            }
        }
    }

    private void Add(List<Grant> grants, string @namespace, NamespaceBindings bindings, int identity)
    {
        foreach (var posting in bindings.PostingsOf(identity))
        {
            Add(grants, isNamespaced: true, @namespace, posting);
        }
    }

    private void Add(List<Grant> grants, bool isNamespaced, string @namespace, Posting posting)
    {
        if (RoleAt(posting.Role) is { } role)
        {
            Add(grants, new Grant(new BindingPlace(isNamespaced, posting.Binding), @namespace, role));
        }
    }

    private string NameOf(int @namespace)
    {
        if (!_namespaces.TryGetValue(@namespace, out var name))
        {
            _namespaces.Add(@namespace, name = _tables.Namespaces[@namespace]);
        }

        return name;
    }

    private RoleDiagram? RoleAt(int place)
    {
        if (_tables.Roles[place].Role is not { } compiled)
        {
            return null;
        }

        if (!roles.TryGetValue(compiled, out var role))
        {
            roles.Add(compiled, role = access.Of(compiled.Record.ToRole(_tables)));
        }

        return role;
    }

    private RbacBinding Make(BindingPlace place) =>
        RowMapping.BindingAt(_tables, place.IsNamespaced, place.Place);

    private static IEnumerable<BindingPlace> PlacesApart(PolicyTables tables, PolicyTables others) =>
        PlacesApart(tables, others, t => t.ClusterRoleBindings, t => t.ClusterRoleBindingMetadata).Select(place => new BindingPlace(false, place))
            .Concat(PlacesApart(tables, others, t => t.RoleBindings, t => t.RoleBindingMetadata).Select(place => new BindingPlace(true, place)));

    /// <summary>Policies that came from each other write records to one arena: what has the same record there is the same.</summary>
    private static IEnumerable<int> PlacesApart(
        PolicyTables tables,
        PolicyTables others,
        Func<PolicyTables, ChunkedArray<BindingRow>> rowsOf,
        Func<PolicyTables, ImmutableDictionary<int, ObjectMeta>> metadataOf)
    {
        var (rows, otherRows, haveOneArena) = (rowsOf(tables), rowsOf(others), ReferenceEquals(tables.Arena, others.Arena));
        return rows.PlacesNotSharedWith(otherRows).Where(place => !rows[place].IsRemoved && !(haveOneArena
            && place < otherRows.Count && rows[place] == otherRows[place]
            && ReferenceEquals(metadataOf(tables).GetValueOrDefault(place), metadataOf(others).GetValueOrDefault(place))));
    }

    /// <summary>The places of roles that differ from the other side's of that name; one that is missing allows nothing.</summary>
    private HashSet<int> ChangedRoles(CompiledSide other)
    {
        var theirs = RolesApart(other._tables, _tables).ToDictionary(r => r.Key, r => r.Place, StringComparer.Ordinal);
        return
        [
            .. RolesApart(_tables, other._tables)
                .Where(r => RoleAt(r.Place)!.Nodes != (theirs.TryGetValue(r.Key, out var place) ? other.RoleAt(place)!.Nodes : RuleNodes.None))
                .Select(r => r.Place),
        ];
    }

    private static IEnumerable<(string Key, int Place)> RolesApart(PolicyTables tables, PolicyTables others) =>
        tables.Roles.PlacesNotSharedWith(others.Roles)
            .Where(place => tables.Roles[place].Role is { } role && !(place < others.Roles.Count && ReferenceEquals(role, others.Roles[place].Role)))
            .Select(place => (tables.Roles[place].Role!.Record.Key, place));
}

using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Applies changes one after the other, each in time that follows the change: what it does not touch is shared.</summary>
internal sealed class PolicyTablesEditor(PolicyTables tables, EditIndex index)
{
    private readonly EditedTables _edited = new(tables, index);

    public PolicyTables Tables => _edited.Tables;

    public EditIndex Lookups => _edited.Lookups;

    public void Apply(PolicyChange change)
    {
        switch (change.Object)
        {
            case RbacRole role:
                SetRole(RoleKey.Of(role), role);
                break;
            case RbacBinding binding:
                PutBinding(binding);
                break;
            default:
                Delete(change);
                break;
        }
    }

    private void Delete(PolicyChange change)
    {
        switch (change.Kind)
        {
            case RbacNames.RoleKind:
                SetRole(RoleKey.Of(RoleRef.Role(change.Name), change.Namespace), null);
                break;
            case RbacNames.ClusterRoleKind:
                SetRole(RoleKey.Of(RoleRef.ClusterRole(change.Name), ""), null);
                break;
            case RbacNames.ClusterRoleBindingKind:
                RemoveBinding(Posting.ClusterScope, change.Name);
                break;
            default:
                if (Tables.Namespaces.IdOf(change.Namespace) is >= 0 and var @namespace)
                {
                    RemoveBinding(@namespace, change.Name);
                }

                break;
        }
    }

    private void SetRole(string key, RbacRole? role)
    {
        if (role is null && Lookups.RoleKeys.IdOf(key) < 0)
        {
            return;
        }

        var id = _edited.RoleId(key);
        var slot = Tables.Roles[id];
        if (role is not null)
        {
            Extend(Tables.Vocabulary.With(role.Rules));
        }

        var compiled = role is null ? null : CompiledRole.Of(role, Tables.Vocabulary, _edited.PathId);
        foreach (var resource in slot.Role?.ResourceIds() ?? [])
        {
            SetRolesOf(resource, Sorted.Without(Tables.RolesByResource[resource], id));
        }

        foreach (var resource in compiled?.ResourceIds() ?? [])
        {
            SetRolesOf(resource, Sorted.With(Tables.RolesByResource[resource], id));
        }

        var urlRoles = slot.Role is { HasUrls: true } ? Tables.UrlRoles.Remove(id) : Tables.UrlRoles;
        _edited.Tables = Tables with
        {
            Roles = Tables.Roles.Set(id, new RoleSlot(compiled, slot.ClusterBindings)),
            UrlRoles = compiled is { HasUrls: true } ? urlRoles.Add(id) : urlRoles,
        };
    }

    private void Extend(Vocabulary vocabulary)
    {
        var rolesByResource = Tables.RolesByResource;
        while (rolesByResource.Count < vocabulary.Resources.Count)
        {
            rolesByResource = rolesByResource.Add([]);
        }

        _edited.Tables = Tables with { Vocabulary = vocabulary, RolesByResource = rolesByResource };
    }

    private void SetRolesOf(int resource, int[] roles) =>
        _edited.Tables = Tables with { RolesByResource = Tables.RolesByResource.Set(resource, roles) };

    private void PutBinding(RbacBinding binding)
    {
        var @namespace = binding.IsNamespaced ? _edited.NamespaceId(binding.Metadata.Namespace) : Posting.ClusterScope;
        var name = binding.Metadata.Name;
        var place = PlaceOf(@namespace, name);
        var rows = RowsOf(@namespace);
        var isNew = place < 0;
        if (isNew)
        {
            place = rows.Count;
        }
        else
        {
            Index(@namespace, place, isIn: false);
        }

        var row = RowOf(binding, @namespace);
        SetRows(@namespace, isNew ? rows.Add(row) : RowsOf(@namespace).Set(place, row));
        Index(@namespace, place, isIn: true);
        SetMetadata(@namespace, place, RowMapping.HasMoreThanNames(binding.Metadata) ? binding.Metadata : null);
        if (isNew)
        {
            SetIndex(@namespace, IndexOf(@namespace).Add(@namespace, name, place) ?? BindingIndex.Of(Tables.Arena, RowsOf(@namespace)));
        }
    }

    private void RemoveBinding(int @namespace, string name)
    {
        var place = PlaceOf(@namespace, name);
        if (place < 0)
        {
            return;
        }

        Index(@namespace, place, isIn: false);
        SetIndex(@namespace, IndexOf(@namespace).Remove(@namespace, name, place));
        SetRows(@namespace, RowsOf(@namespace).Set(place, BindingRow.Removed));
        SetMetadata(@namespace, place, null);
    }

    /// <summary>Puts a binding whose row is in place into the indexes, or takes it out of them.</summary>
    private void Index(int @namespace, int place, bool isIn)
    {
        if (@namespace != Posting.ClusterScope)
        {
            SetNamespace(@namespace, Changed(BindingsIn(@namespace).Places(), place, Comparer<int>.Default));
            return;
        }

        var row = Tables.ClusterRoleBindings[place];
        var role = Tables.RoleRefs[row.RoleRef].Role;
        foreach (var subject in Tables.RecordOf(row).Subjects)
        {
            ChangePostings(subject, postings => Changed(postings, new Posting(role, place), Posting.Order));
        }

        var slot = Tables.Roles[role];
        var bindings = Changed(slot.ClusterBindings, place, Comparer<int>.Default);
        _edited.Tables = Tables with { Roles = Tables.Roles.Set(role, slot with { ClusterBindings = bindings }) };

        T[] Changed<T>(T[] items, T item, IComparer<T> order) => isIn ? Sorted.With(items, item, order) : Sorted.Without(items, item, order);
    }

    private NamespaceBindings BindingsIn(int @namespace) => Tables.Namespaces.SlotOf(@namespace).Payload;

    /// <summary>A namespace's index is made anew: it is as small as the namespace.</summary>
    private void SetNamespace(int @namespace, int[] places)
    {
        var bindings = NamespaceBindings.Of(places, Tables.Arena, Tables.RoleBindings, Tables.RoleRefs);
        _edited.Tables = Tables with { Namespaces = Tables.Namespaces.Set(@namespace, bindings) };
    }

    private BindingRow RowOf(RbacBinding binding, int @namespace)
    {
        var bindingNamespace = binding.IsNamespaced ? binding.Metadata.Namespace : "";
        var roleRef = _edited.RoleRefId(binding.RoleRef, bindingNamespace);
        var subjects = new SubjectRow[binding.Subjects.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            subjects[i] = new SubjectRow(_edited.ShapeId(binding.Subjects[i]), _edited.IdentityOf(binding.Subjects[i], bindingNamespace));
        }

        var record = new RecordWriter();
        BindingRecord.Write(record, binding.Metadata.Name, subjects, RowMapping.LocationOf(binding.Location, _edited.PathId));
        return new BindingRow(@namespace, roleRef, Tables.Arena.Add(record.Written));
    }

    private void ChangePostings(SubjectRow subject, Func<Posting[], Posting[]> change)
    {
        if (!subject.MatchesSomebody)
        {
            return;
        }

        _edited.Tables = subject.IsGroup
            ? Tables with { Groups = Changed(Tables.Groups, subject.Number, change) }
            : Tables with { Users = Changed(Tables.Users, subject.Number, change) };
    }

    private static NameTable<Posting[]> Changed(NameTable<Posting[]> table, int id, Func<Posting[], Posting[]> change) =>
        table.Set(id, change(table.SlotOf(id).Payload!));

    private int PlaceOf(int @namespace, string name) => IndexOf(@namespace).Find(@namespace, name, Tables.Arena, RowsOf(@namespace));

    private BindingIndex IndexOf(int @namespace) =>
        @namespace == Posting.ClusterScope ? Lookups.ClusterRoleBindings : Lookups.RoleBindings;

    private void SetIndex(int @namespace, BindingIndex bindings) => _edited.Lookups = @namespace == Posting.ClusterScope
        ? Lookups with { ClusterRoleBindings = bindings }
        : Lookups with { RoleBindings = bindings };

    private ChunkedArray<BindingRow> RowsOf(int @namespace) =>
        @namespace == Posting.ClusterScope ? Tables.ClusterRoleBindings : Tables.RoleBindings;

    private void SetRows(int @namespace, ChunkedArray<BindingRow> rows) => _edited.Tables = @namespace == Posting.ClusterScope
        ? Tables with { ClusterRoleBindings = rows }
        : Tables with { RoleBindings = rows };

    private void SetMetadata(int @namespace, int place, ObjectMeta? metadata)
    {
        var all = @namespace == Posting.ClusterScope ? Tables.ClusterRoleBindingMetadata : Tables.RoleBindingMetadata;
        var changed = metadata is null ? all.Remove(place) : all.SetItem(place, metadata);
        _edited.Tables = @namespace == Posting.ClusterScope
            ? Tables with { ClusterRoleBindingMetadata = changed }
            : Tables with { RoleBindingMetadata = changed };
    }
}

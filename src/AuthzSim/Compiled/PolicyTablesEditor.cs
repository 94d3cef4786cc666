using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Applies changes one after the other, each in time that follows the change: what it does not touch is shared.</summary>
internal sealed class PolicyTablesEditor(PolicyTables tables, EditIndex index)
{
    private PolicyTables _tables = tables;

    public PolicyTables Tables => _tables;

    public EditIndex Lookups { get; private set; } = index;

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
                if (_tables.Namespaces.IdOf(change.Namespace) is >= 0 and var @namespace)
                {
                    RemoveBinding(@namespace, change.Name);
                }

                break;
        }
    }

    private void SetRole(string key, RbacRole? role)
    {
        if (role is null && _tables.RoleKeys.IdOf(key) < 0)
        {
            return;
        }

        var id = RoleId(key);
        var slot = _tables.Roles[id];
        if (role is not null)
        {
            Extend(_tables.Vocabulary.With(role.Rules));
        }

        var compiled = role is null ? null : new CompiledRole(role, _tables.Vocabulary);
        foreach (var resource in slot.Role?.ResourceIds() ?? [])
        {
            SetRolesOf(resource, Sorted.Without(_tables.RolesByResource[resource], id));
        }

        foreach (var resource in compiled?.ResourceIds() ?? [])
        {
            SetRolesOf(resource, Sorted.With(_tables.RolesByResource[resource], id));
        }

        var urlRoles = slot.Role is { HasUrls: true } ? _tables.UrlRoles.Remove(id) : _tables.UrlRoles;
        _tables = _tables with
        {
            Roles = _tables.Roles.Set(id, new RoleSlot(compiled, slot.ClusterBindings)),
            UrlRoles = compiled is { HasUrls: true } ? urlRoles.Add(id) : urlRoles,
        };
    }

    private void Extend(Vocabulary vocabulary)
    {
        var rolesByResource = _tables.RolesByResource;
        while (rolesByResource.Count < vocabulary.Resources.Count)
        {
            rolesByResource = rolesByResource.Add([]);
        }

        _tables = _tables with { Vocabulary = vocabulary, RolesByResource = rolesByResource };
    }

    private void SetRolesOf(int resource, int[] roles) =>
        _tables = _tables with { RolesByResource = _tables.RolesByResource.Set(resource, roles) };

    private void PutBinding(RbacBinding binding)
    {
        var @namespace = binding.IsNamespaced ? NamespaceId(binding.Metadata.Namespace) : Posting.ClusterScope;
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
            SetIndex(@namespace, IndexOf(@namespace).Add(@namespace, name, place) ?? BindingIndex.Of(_tables.Arena, RowsOf(@namespace)));
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

        var row = _tables.ClusterRoleBindings[place];
        var role = _tables.RoleRefs[row.RoleRef].Role;
        foreach (var subject in row.AllSubjects)
        {
            ChangePostings(subject, postings => Changed(postings, new Posting(role, place), Posting.Order));
        }

        var slot = _tables.Roles[role];
        var bindings = Changed(slot.ClusterBindings, place, Comparer<int>.Default);
        _tables = _tables with { Roles = _tables.Roles.Set(role, slot with { ClusterBindings = bindings }) };

        T[] Changed<T>(T[] items, T item, IComparer<T> order) => isIn ? Sorted.With(items, item, order) : Sorted.Without(items, item, order);
    }

    private NamespaceBindings BindingsIn(int @namespace) => _tables.Namespaces.SlotOf(@namespace).Payload;

    /// <summary>A namespace's index is made anew: it is as small as the namespace.</summary>
    private void SetNamespace(int @namespace, int[] places)
    {
        var bindings = NamespaceBindings.Of(places, _tables.RoleBindings, _tables.RoleRefs);
        _tables = _tables with { Namespaces = _tables.Namespaces.Set(@namespace, bindings) };
    }

    private BindingRow RowOf(RbacBinding binding, int @namespace)
    {
        var bindingNamespace = binding.IsNamespaced ? binding.Metadata.Namespace : "";
        var roleRef = RoleRefId(binding.RoleRef, bindingNamespace);
        var subjects = new SubjectRow[binding.Subjects.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            subjects[i] = new SubjectRow(ShapeId(binding.Subjects[i]), IdentityOf(binding.Subjects[i], bindingNamespace));
        }

        return new BindingRow(_tables.Arena.Add(binding.Metadata.Name), @namespace, roleRef)
        {
            FirstSubject = subjects.Length == 1 ? subjects[0] : default,
            Subjects = subjects.Length == 1 ? null : subjects,
            Path = PathId(binding.Location.Path),
            Line = binding.Location.Line,
            Column = binding.Location.Column,
        };
    }

    private void ChangePostings(SubjectRow subject, Func<Posting[], Posting[]> change)
    {
        if (!subject.MatchesSomebody)
        {
            return;
        }

        _tables = subject.IsGroup
            ? _tables with { Groups = Changed(_tables.Groups, subject.Number, change) }
            : _tables with { Users = Changed(_tables.Users, subject.Number, change) };
    }

    private static NameTable<Posting[]> Changed(NameTable<Posting[]> table, int id, Func<Posting[], Posting[]> change) =>
        table.Set(id, change(table.SlotOf(id).Payload!));

    private int IdentityOf(Subject subject, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.GroupKind)
        {
            var groups = WithName(_tables.Groups, subject.Name, [], out var group);
            _tables = _tables with { Groups = groups };
            return SubjectRow.OfGroup(group);
        }

        if (RowMapping.UserNameOf(subject, bindingNamespace) is { } userName)
        {
            var users = WithName(_tables.Users, userName, [], out var user);
            _tables = _tables with { Users = users };
            return SubjectRow.OfUser(user);
        }

        var nobodies = WithName(_tables.Nobodies, subject.Name, (byte)0, out var nobody);
        _tables = _tables with { Nobodies = nobodies };
        return SubjectRow.OfNobody(nobody);
    }

    private static NameTable<T> WithName<T>(NameTable<T> table, string name, T payload, out int id)
    {
        id = table.IdOf(name);
        if (id >= 0)
        {
            return table;
        }

        id = table.Count;
        return table.Add(name, payload);
    }

    private int NamespaceId(string name)
    {
        var namespaces = WithName(_tables.Namespaces, name, default(NamespaceBindings), out var id);
        _tables = _tables with { Namespaces = namespaces };
        return id;
    }

    private int RoleId(string key)
    {
        var keys = WithName(_tables.RoleKeys, key, (byte)0, out var id);
        if (id == _tables.Roles.Count)
        {
            _tables = _tables with { RoleKeys = keys, Roles = _tables.Roles.Add(new RoleSlot(null, [])) };
        }

        return id;
    }

    private int RoleRefId(RoleRef roleRef, string bindingNamespace)
    {
        var key = RowMapping.RoleRefKeyOf(roleRef, bindingNamespace);
        if (!Lookups.RoleRefs.TryGetValue(key, out var id))
        {
            id = _tables.RoleRefs.Count;
            var role = RoleId(RoleKey.Of(roleRef, bindingNamespace));
            _tables = _tables with { RoleRefs = _tables.RoleRefs.Add(new RoleRefRow(roleRef, key.Namespace, role)) };
            Lookups = Lookups with { RoleRefs = Lookups.RoleRefs.Add(key, id) };
        }

        return id;
    }

    private int ShapeId(Subject subject)
    {
        var shape = RowMapping.ShapeOf(subject);
        if (!Lookups.SubjectShapes.TryGetValue(shape, out var id))
        {
            id = _tables.SubjectShapes.Count;
            _tables = _tables with { SubjectShapes = _tables.SubjectShapes.Add(shape) };
            Lookups = Lookups with { SubjectShapes = Lookups.SubjectShapes.Add(shape, id) };
        }

        return id;
    }

    private int PathId(string? path)
    {
        if (path is null)
        {
            return -1;
        }

        var id = _tables.Paths.IndexOf(path);
        if (id < 0)
        {
            id = _tables.Paths.Length;
            _tables = _tables with { Paths = _tables.Paths.Add(path) };
        }

        return id;
    }

    private int PlaceOf(int @namespace, string name) => IndexOf(@namespace).Find(@namespace, name, _tables.Arena, RowsOf(@namespace));

    private BindingIndex IndexOf(int @namespace) =>
        @namespace == Posting.ClusterScope ? Lookups.ClusterRoleBindings : Lookups.RoleBindings;

    private void SetIndex(int @namespace, BindingIndex bindings) => Lookups = @namespace == Posting.ClusterScope
        ? Lookups with { ClusterRoleBindings = bindings }
        : Lookups with { RoleBindings = bindings };

    private ChunkedArray<BindingRow> RowsOf(int @namespace) =>
        @namespace == Posting.ClusterScope ? _tables.ClusterRoleBindings : _tables.RoleBindings;

    private void SetRows(int @namespace, ChunkedArray<BindingRow> rows) => _tables = @namespace == Posting.ClusterScope
        ? _tables with { ClusterRoleBindings = rows }
        : _tables with { RoleBindings = rows };

    private void SetMetadata(int @namespace, int place, ObjectMeta? metadata)
    {
        var all = @namespace == Posting.ClusterScope ? _tables.ClusterRoleBindingMetadata : _tables.RoleBindingMetadata;
        var changed = metadata is null ? all.Remove(place) : all.SetItem(place, metadata);
        _tables = @namespace == Posting.ClusterScope
            ? _tables with { ClusterRoleBindingMetadata = changed }
            : _tables with { RoleBindingMetadata = changed };
    }
}

using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Applies changes one after the other, each in time that follows the change: what it does not touch is shared.</summary>
internal sealed class PolicyTablesEditor(PolicyTables tables, EditIndex index)
{
    private PolicyTables _tables = tables;

    public PolicyTables Tables => _tables;

    public EditIndex Index { get; private set; } = index;

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
            Detach(@namespace, place);
        }

        var row = RowOf(binding, @namespace, place);
        SetRows(@namespace, isNew ? rows.Add(row) : RowsOf(@namespace).Set(place, row));
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

        Detach(@namespace, place);
        SetIndex(@namespace, IndexOf(@namespace).Remove(@namespace, name, place));
        SetRows(@namespace, RowsOf(@namespace).Set(place, BindingRow.Removed));
        SetMetadata(@namespace, place, null);
    }

    /// <summary>Takes a binding out of everything that refers to it, but for its row and its name.</summary>
    private void Detach(int @namespace, int place)
    {
        var row = RowsOf(@namespace)[place];
        var role = _tables.RoleRefs[row.RoleRef].Role;
        var posting = new Posting(@namespace, role, place);
        foreach (var subject in RowMapping.SubjectsOf(_tables, row).ToList())
        {
            Change(subject, @namespace, postings => Sorted.Without(postings, posting, Posting.Order));
        }

        if (@namespace == Posting.ClusterScope)
        {
            var slot = _tables.Roles[role];
            _tables = _tables with { Roles = _tables.Roles.Set(role, slot with { ClusterBindings = Sorted.Without(slot.ClusterBindings, place) }) };
        }
        else
        {
            var namespaceName = _tables.Namespaces[@namespace];
            var places = Sorted.Without(_tables.Namespaces.PayloadOf(namespaceName)!, place);
            _tables = _tables with { Namespaces = _tables.Namespaces.Set(namespaceName, places) };
        }
    }

    private BindingRow RowOf(RbacBinding binding, int @namespace, int place)
    {
        var roleRef = RoleRefId(binding.RoleRef, binding.IsNamespaced ? binding.Metadata.Namespace : "");
        var role = _tables.RoleRefs[roleRef].Role;
        var posting = new Posting(@namespace, role, place);
        var subjects = new SubjectRow[binding.Subjects.Length];
        for (var i = 0; i < subjects.Length; i++)
        {
            var identity = Change(binding.Subjects[i], @namespace, postings => Sorted.With(postings, posting, Posting.Order));
            subjects[i] = new SubjectRow(ShapeId(binding.Subjects[i]), identity);
        }

        if (@namespace == Posting.ClusterScope)
        {
            var slot = _tables.Roles[role];
            _tables = _tables with { Roles = _tables.Roles.Set(role, slot with { ClusterBindings = Sorted.With(slot.ClusterBindings, place) }) };
        }
        else
        {
            var places = Sorted.With(_tables.Namespaces.PayloadOf(binding.Metadata.Namespace)!, place);
            _tables = _tables with { Namespaces = _tables.Namespaces.Set(binding.Metadata.Namespace, places) };
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

    /// <summary>Changes the bindings of a subject's identity, and gives the number of the identity.</summary>
    private int Change(Subject subject, int @namespace, Func<Posting[], Posting[]> change)
    {
        if (subject.Kind == RbacNames.GroupKind)
        {
            var groups = Changed(_tables.Groups, subject.Name, change, out var group);
            _tables = _tables with { Groups = groups };
            return group;
        }

        if (RowMapping.UserNameOf(subject, @namespace < 0 ? "" : _tables.Namespaces[@namespace]) is { } userName)
        {
            var users = Changed(_tables.Users, userName, change, out var user);
            _tables = _tables with { Users = users };
            return user;
        }

        var nobody = _tables.Nobodies.IdOf(subject.Name);
        if (nobody < 0)
        {
            nobody = _tables.Nobodies.Count;
            _tables = _tables with { Nobodies = _tables.Nobodies.Add(subject.Name, 0) };
        }

        return nobody;
    }

    private static NameTable<Posting[]> Changed(NameTable<Posting[]> table, string name, Func<Posting[], Posting[]> change, out int id)
    {
        id = table.IdOf(name);
        if (id >= 0)
        {
            return table.Set(name, change(table.PayloadOf(name)!));
        }

        id = table.Count;
        return table.Add(name, change([]));
    }

    private int NamespaceId(string name)
    {
        var id = _tables.Namespaces.IdOf(name);
        if (id < 0)
        {
            id = _tables.Namespaces.Count;
            _tables = _tables with { Namespaces = _tables.Namespaces.Add(name, []) };
        }

        return id;
    }

    private int RoleId(string key)
    {
        var id = _tables.RoleKeys.IdOf(key);
        if (id < 0)
        {
            id = _tables.RoleKeys.Count;
            _tables = _tables with { RoleKeys = _tables.RoleKeys.Add(key, 0), Roles = _tables.Roles.Add(new RoleSlot(null, [])) };
        }

        return id;
    }

    private int RoleRefId(RoleRef roleRef, string bindingNamespace)
    {
        var key = RowMapping.RoleRefKeyOf(roleRef, bindingNamespace);
        if (!Index.RoleRefs.TryGetValue(key, out var id))
        {
            id = _tables.RoleRefs.Count;
            var role = RoleId(RoleKey.Of(roleRef, bindingNamespace));
            _tables = _tables with { RoleRefs = _tables.RoleRefs.Add(new RoleRefRow(roleRef, key.Namespace, role)) };
            Index = Index with { RoleRefs = Index.RoleRefs.Add(key, id) };
        }

        return id;
    }

    private int ShapeId(Subject subject)
    {
        var shape = RowMapping.ShapeOf(subject);
        if (!Index.SubjectShapes.TryGetValue(shape, out var id))
        {
            id = _tables.SubjectShapes.Count;
            _tables = _tables with { SubjectShapes = _tables.SubjectShapes.Add(shape) };
            Index = Index with { SubjectShapes = Index.SubjectShapes.Add(shape, id) };
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
        @namespace == Posting.ClusterScope ? Index.ClusterRoleBindings : Index.RoleBindings;

    private void SetIndex(int @namespace, BindingIndex bindings) => Index = @namespace == Posting.ClusterScope
        ? Index with { ClusterRoleBindings = bindings }
        : Index with { RoleBindings = bindings };

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

using System.Runtime.CompilerServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>Tables while they are changed, and the ids of what changes name: what is not there yet is added.</summary>
internal sealed class EditedTables(PolicyTables tables, EditIndex lookups)
{
    public PolicyTables Tables { get; set; } = tables;

    public EditIndex Lookups { get; set; } = lookups;

    /// <summary>Who a subject of a binding in this namespace is.</summary>
    public int IdentityOf(Subject subject, string bindingNamespace)
    {
        if (subject.Kind == RbacNames.GroupKind)
        {
            var groups = WithName(Tables.Groups, subject.Name, [], out var group);
            Tables = Tables with { Groups = groups };
            return SubjectRow.OfGroup(group);
        }

        if (RowMapping.UserNameOf(subject, bindingNamespace) is { } userName)
        {
            var users = WithName(Tables.Users, userName, [], out var user);
            Tables = Tables with { Users = users };
            return SubjectRow.OfUser(user);
        }

        var nobodies = WithName(Tables.Nobodies, subject.Name, (byte)0, out var nobody);
        Tables = Tables with { Nobodies = nobodies };
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

    /// <summary>The id of a namespace.</summary>
    public int NamespaceId(string name)
    {
        var namespaces = WithName(Tables.Namespaces, name, default(NamespaceBindings), out var id);
        Tables = Tables with { Namespaces = namespaces };
        return id;
    }

    /// <summary>The id of a role, given by its key.</summary>
    public int RoleId(string key)
    {
        ref readonly var slot = ref Lookups.RoleKeys.Find(key);
        if (!Unsafe.IsNullRef(in slot))
        {
            return slot.Payload;
        }

        var id = Tables.Roles.Count;
        Lookups = Lookups with { RoleKeys = Lookups.RoleKeys.Add(key, id) };
        Tables = Tables with { Roles = Tables.Roles.Add(new RoleSlot(null, [])) };
        return id;
    }

    /// <summary>The id of a role reference in a binding of this namespace.</summary>
    public int RoleRefId(RoleRef roleRef, string bindingNamespace)
    {
        var key = RowMapping.RoleRefKeyOf(roleRef, bindingNamespace);
        if (!Lookups.RoleRefs.TryGetValue(key, out var id))
        {
            id = Tables.RoleRefs.Count;
            var role = RoleId(RoleKey.Of(roleRef, bindingNamespace));
            Tables = Tables with { RoleRefs = Tables.RoleRefs.Add(new RoleRefRow(roleRef, key.Namespace, role)) };
            Lookups = Lookups with { RoleRefs = Lookups.RoleRefs.Add(key, id) };
        }

        return id;
    }

    /// <summary>The id of a subject without its name.</summary>
    public int ShapeId(Subject subject)
    {
        var shape = RowMapping.ShapeOf(subject);
        if (!Lookups.SubjectShapes.TryGetValue(shape, out var id))
        {
            id = Tables.SubjectShapes.Count;
            Tables = Tables with { SubjectShapes = Tables.SubjectShapes.Add(shape) };
            Lookups = Lookups with { SubjectShapes = Lookups.SubjectShapes.Add(shape, id) };
        }

        return id;
    }

    /// <summary>The number of a path; -1 for none.</summary>
    public int PathId(string? path)
    {
        if (path is null)
        {
            return -1;
        }

        var id = Tables.Paths.IndexOf(path);
        if (id < 0)
        {
            id = Tables.Paths.Length;
            Tables = Tables with { Paths = Tables.Paths.Add(path) };
        }

        return id;
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>What only changes need to look up; checks do not, so it is made at a policy's first change and handed on.</summary>
/// <param name="ClusterRoleBindings">Finds cluster role bindings by name.</param>
/// <param name="RoleBindings">Finds role bindings by namespace and name.</param>
/// <param name="RoleKeys">Finds the number of a role by its key; see <see cref="RoleKey"/>.</param>
/// <param name="RoleRefs">Finds role references.</param>
/// <param name="SubjectShapes">Finds subjects without their names.</param>
internal sealed record EditIndex(
    BindingIndex ClusterRoleBindings,
    BindingIndex RoleBindings,
    NameTable<int> RoleKeys,
    ImmutableDictionary<(RoleRef RoleRef, string Namespace), int> RoleRefs,
    ImmutableDictionary<Subject, int> SubjectShapes)
{
    public static EditIndex Of(PolicyTables tables) => new(
        BindingIndex.Of(tables.Arena, tables.ClusterRoleBindings),
        BindingIndex.Of(tables.Arena, tables.RoleBindings),
        RoleKeysOf(tables),
        PlacesOf(tables.RoleRefs, row => (row.RoleRef, row.Namespace)),
        PlacesOf(tables.SubjectShapes, shape => shape));

    /// <summary>Where each is; any place will do of what is there more than once.</summary>
    private static ImmutableDictionary<TKey, int> PlacesOf<T, TKey>(ChunkedArray<T> items, Func<T, TKey> keyOf)
        where TKey : notnull
    {
        var places = ImmutableDictionary.CreateBuilder<TKey, int>();
        for (var i = 0; i < items.Count; i++)
        {
            places[keyOf(items[i])] = i;
        }

        return places.ToImmutable();
    }

    /// <summary>Every role has a number because it exists or because a reference leads to it.</summary>
    private static NameTable<int> RoleKeysOf(PolicyTables tables)
    {
        var keys = new NameTable<int>.Builder(tables.Roles.Count);
        List<int> roles = [];
        for (var i = 0; i < tables.Roles.Count; i++)
        {
            if (tables.Roles[i].Role is { } role)
            {
                Add(role.Record.Key, i);
            }
        }

        for (var i = 0; i < tables.RoleRefs.Count; i++)
        {
            ref readonly var row = ref tables.RoleRefs[i];
            Add(RoleKey.Of(row.RoleRef, row.Namespace), row.Role);
        }

        return keys.Build(CollectionsMarshal.AsSpan(roles));

        void Add(string key, int role)
        {
            if (keys.GetOrAdd(key) == roles.Count)
            {
                roles.Add(role);
            }
        }
    }
}

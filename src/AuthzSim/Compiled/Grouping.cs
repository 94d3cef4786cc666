using System.Runtime.InteropServices;

namespace AuthzSim.Compiled;

/// <summary>Groups the rows of a whole policy by what finds them.</summary>
internal static class Grouping
{
    // Fewer are indexed before another thread has begun.
    private const int ParallelBindings = 10_000;

    /// <summary>Roles with the cluster role bindings that grant each.</summary>
    public static ChunkedArray<RoleSlot> ByRole(List<CompiledRole?> roles, ChunkedArray<BindingRow> clusterBindings, ChunkedArray<RoleRefRow> roleRefs)
    {
        var bindings = new List<int>[roles.Count];
        for (var i = 0; i < clusterBindings.Count; i++)
        {
            (bindings[roleRefs[clusterBindings[i].RoleRef].Role] ??= []).Add(i);
        }

        var slots = new ChunkedArray<RoleSlot>.Builder();
        for (var i = 0; i < bindings.Length; i++)
        {
            slots.Add(new RoleSlot(roles[i], bindings[i] is { } list ? [.. list] : []));
        }

        return slots.Build();
    }

    /// <summary>The role bindings in each namespace.</summary>
    public static NamespaceBindings[] ByNamespace(
        int namespaces, RecordArena arena, ChunkedArray<BindingRow> roleBindings, ChunkedArray<RoleRefRow> roleRefs)
    {
        var places = new NamespacePlaces(namespaces, roleBindings);
        var result = new NamespaceBindings[namespaces];
        if (roleBindings.Count < ParallelBindings)
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = NamespaceBindings.Of(places[i], arena, roleBindings, roleRefs);
            }
        }
        else
        {
            Parallel.For(0, result.Length, i => result[i] = NamespaceBindings.Of(places[i], arena, roleBindings, roleRefs));
        }

        return result;
    }

    /// <summary>The roles that mention each resource: counted first, so that nothing grows.</summary>
    public static int[][] ByResource(List<CompiledRole?> roles, int resources)
    {
        var (counts, last) = (new int[resources], new int[resources]);
        var lists = new int[resources][];
        for (var role = 0; role < roles.Count; role++)
        {
            roles[role]?.Mention(role, counts, last, lists: null);
        }

        for (var i = 0; i < lists.Length; i++)
        {
            (lists[i], counts[i], last[i]) = (counts[i] == 0 ? [] : new int[counts[i]], 0, 0);
        }

        for (var role = 0; role < roles.Count; role++)
        {
            roles[role]?.Mention(role, counts, last, lists);
        }

        return lists;
    }

    /// <summary>The postings of each identity; they come in policy order.</summary>
    public static Posting[][] ByIdentity(List<(int Identity, Posting Posting)> postings, int identities)
    {
        var counts = new int[identities];
        foreach (ref var entry in CollectionsMarshal.AsSpan(postings))
        {
            counts[entry.Identity]++;
        }

        var result = new Posting[identities][];
        for (var i = 0; i < identities; i++)
        {
            result[i] = counts[i] == 0 ? [] : new Posting[counts[i]];
            counts[i] = 0;
        }

        foreach (ref var entry in CollectionsMarshal.AsSpan(postings))
        {
            result[entry.Identity][counts[entry.Identity]++] = entry.Posting;
        }

        return result;
    }
}

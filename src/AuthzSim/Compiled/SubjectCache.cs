using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// Subjects as objects, made when first asked for and then shared by all answers of a policy. Most identities are written in
/// one way only, which lies beside the identity; other ways have a dictionary. Cluster role bindings, which nearly every answer
/// has hundreds of, keep their lists. A policy that is never asked who may do something has none of this.
/// </summary>
internal sealed class SubjectCache(PolicyTables tables)
{
    private const int Bits = 8;
    private const int Size = 1 << Bits;
    private const int Free = 0;
    private const int Claimed = -1;

    private readonly Entry[]?[] _users = new Entry[(tables.Users.Count + Size - 1) >> Bits][];
    private readonly Entry[]?[] _groups = new Entry[(tables.Groups.Count + Size - 1) >> Bits][];
    private readonly ConcurrentDictionary<SubjectRow, Subject> _others = new();
    private readonly Subject[]?[] _clusterRoleBindings = new Subject[tables.ClusterRoleBindings.Count][];

    /// <summary>The subjects of the cluster role binding at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Subject[] OfClusterRoleBinding(int place) => Volatile.Read(ref _clusterRoleBindings[place]) ?? MakeList(place);

    /// <summary>The subjects of a role binding, in order.</summary>
    /// <param name="rows">Its subjects.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="isShared">What <see cref="IsShared"/> says of the namespace.</param>
    /// <param name="subjects">Takes the subjects.</param>
    public void CopyTo(Span<Subject> subjects, BindingRecord.SubjectRows rows, int @namespace, bool isShared)
    {
        var count = 0;
        foreach (var row in rows)
        {
            subjects[count++] = isShared && row.MatchesSomebody ? Of(row, @namespace) : RowMapping.SubjectOf(tables, row, @namespace);
        }
    }

    /// <summary>
    /// True when the row of a subject says how it is written in bindings of the namespace. A colon in one, which no API server
    /// admits, would leave open where an account's namespace ends and its name begins.
    /// </summary>
    public bool IsShared(int @namespace) => @namespace < 0 || !tables.Namespaces[@namespace].Contains(':', StringComparison.Ordinal);

    private Subject[] MakeList(int place)
    {
        var rows = tables.RecordOf(tables.ClusterRoleBindings[place]).Subjects;
        var subjects = new Subject[rows.Count];
        CopyTo(subjects, rows, Posting.ClusterScope, isShared: true);
        Volatile.Write(ref _clusterRoleBindings[place], subjects);
        return subjects;
    }

    private Subject Of(SubjectRow row, int @namespace)
    {
        var chunk = Volatile.Read(ref (row.IsGroup ? _groups : _users)[row.Number >> Bits]);
        if (chunk is not null)
        {
            ref var entry = ref chunk[row.Number & (Size - 1)];
            if (Volatile.Read(ref entry.Written) == row.Shape + 1)
            {
                return entry.Subject!;
            }
        }

        return Make(row, @namespace);
    }

    private Subject Make(SubjectRow row, int @namespace)
    {
        ref var entry = ref Chunk(row)[row.Number & (Size - 1)];
        var state = Interlocked.CompareExchange(ref entry.Written, Claimed, Free);
        if (state != Free)
        {
            return _others.GetOrAdd(row, static (row, cache) => RowMapping.SubjectOf(cache.Tables, row, cache.Namespace), (Tables: tables, Namespace: @namespace));
        }

        entry.Subject = RowMapping.SubjectOf(tables, row, @namespace);
        Volatile.Write(ref entry.Written, row.Shape + 1);
        return entry.Subject;
    }

    private Entry[] Chunk(SubjectRow row)
    {
        ref var chunk = ref (row.IsGroup ? _groups : _users)[row.Number >> Bits];
        return Volatile.Read(ref chunk) ?? Interlocked.CompareExchange(ref chunk, new Entry[Size], null) ?? chunk!;
    }

    /// <summary>A subject and one more than the number of its shape, which is written last.</summary>
    private struct Entry
    {
        public Subject? Subject;
        public int Written;
    }
}

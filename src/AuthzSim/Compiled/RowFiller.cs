using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// Fills rows for one namespace and one list of columns: the mask of every role that counts there is made once, and so is
/// the row of every group.
/// </summary>
internal sealed class RowFiller
{
    private const int BitsPerWord = 64;
    private const int Ahead = 16;

    private readonly PolicyTables _tables;
    private readonly NamespaceBindings _namespace;
    private readonly int _words;
    private readonly ulong[] _masks;
    private readonly int[] _maskOf;
    private readonly ulong[]?[] _groupRows;

    public RowFiller(PolicyTables tables, string @namespace, ImmutableArray<RequestAttributes> actions, int words)
    {
        _tables = tables;
        _namespace = @namespace.Length == 0 ? default : tables.Namespaces.PayloadOf(@namespace);
        _words = words;
        _groupRows = new ulong[tables.Groups.Count][];
        _maskOf = new int[tables.Roles.Count];
        var roles = RolesInScope();
        _masks = new ulong[checked(roles.Count * words)];
        for (var i = 0; i < roles.Count; i++)
        {
            _maskOf[roles[i]] = i;
        }

        for (var column = 0; column < actions.Length; column++)
        {
            AddColumn(column, actions[column], roles);
        }
    }

    /// <summary>Fills the rows of users, one behind the other. What is needed of the next few users is on its way meanwhile.</summary>
    public void Fill(ReadOnlySpan<UserInfo> users, Span<ulong> rows)
    {
        Span<uint> hashes = stackalloc uint[Ahead];
        for (var start = 0; start < users.Length; start += Ahead)
        {
            var some = users.Slice(start, Math.Min(Ahead, users.Length - start));
            for (var i = 0; i < some.Length; i++)
            {
                hashes[i] = SeededHash.Of(some[i].Name);
                _tables.Users.PrefetchIndex(hashes[i]);
            }

            for (var i = 0; i < some.Length; i++)
            {
                _tables.Users.PrefetchSlot(hashes[i]);
            }

            for (var i = 0; i < some.Length; i++)
            {
                Fill(some[i], hashes[i], rows.Slice((start + i) * _words, _words));
            }
        }
    }

    private void Fill(UserInfo user, uint hash, Span<ulong> row)
    {
        ref readonly var slot = ref _tables.Users.Find(hash, user.Name);
        if (!Unsafe.IsNullRef(in slot))
        {
            AddBindings(row, SubjectRow.OfUser(slot.Id));
        }

        foreach (var group in user.Groups.AsSpan())
        {
            var id = _tables.Groups.IdOf(group);
            if (id >= 0)
            {
                Or(row, _groupRows[id] ??= GroupRow(id));
            }
        }
    }

    private ulong[] GroupRow(int group)
    {
        var row = new ulong[_words];
        AddBindings(row, SubjectRow.OfGroup(group));
        return row;
    }

    /// <summary>Roles of cluster role bindings and of the namespace's role bindings.</summary>
    private List<int> RolesInScope()
    {
        List<int> roles = [];
        for (var i = 0; i < _tables.Roles.Count; i++)
        {
            if (_tables.Roles[i] is { Role: not null, ClusterBindings.Length: > 0 })
            {
                roles.Add(i);
            }
        }

        foreach (var posting in _namespace.Postings)
        {
            if (_tables.Roles[posting.Role].Role is not null)
            {
                roles.Add(posting.Role);
            }
        }

        return [.. roles.Distinct()];
    }

    private void AddColumn(int column, in RequestAttributes action, List<int> roles)
    {
        if (action.IsResourceRequest)
        {
            AddColumn(column, roles, new ResourceMatcher(_tables.Vocabulary.Resolve(action)));
        }
        else
        {
            AddColumn(column, roles, CompiledPolicy.UrlMatcherOf(_tables, action));
        }
    }

    private void AddColumn<TMatcher>(int column, List<int> roles, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        for (var i = 0; i < roles.Count; i++)
        {
            ref readonly var role = ref _tables.Roles[roles[i]];
            if ((role.Filter & matcher.FilterBit) != 0 && matcher.IsAllowedBy(role))
            {
                _masks[(i * _words) + (column / BitsPerWord)] |= 1UL << (column % BitsPerWord);
            }
        }
    }

    private void AddBindings(Span<ulong> row, int identity)
    {
        foreach (ref readonly var posting in _tables.ClusterPostingsOf(identity))
        {
            AddRole(row, posting.Role);
        }

        foreach (ref readonly var posting in _namespace.PostingsOf(identity))
        {
            AddRole(row, posting.Role);
        }
    }

    private void AddRole(Span<ulong> row, int role)
    {
        if (_tables.Roles[role].Role is not null)
        {
            Or(row, _masks.AsSpan(_maskOf[role] * _words, _words));
        }
    }

    private static void Or(Span<ulong> row, ReadOnlySpan<ulong> mask)
    {
        var wide = MemoryMarshal.Cast<ulong, Vector<ulong>>(row);
        var wideMask = MemoryMarshal.Cast<ulong, Vector<ulong>>(mask);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] |= wideMask[i];
        }

        for (var i = wide.Length * Vector<ulong>.Count; i < row.Length; i++)
        {
            row[i] |= mask[i];
        }
    }
}

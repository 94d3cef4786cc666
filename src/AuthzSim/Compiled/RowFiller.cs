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

    private readonly PolicyTables _tables;
    private readonly NamespaceBindings _namespace;
    private readonly int _words;
    private readonly ulong[] _masks;
    private readonly int[] _maskOf;
    private readonly Dictionary<string, ulong[]> _groupRows = new(StringComparer.Ordinal);

    public RowFiller(PolicyTables tables, string @namespace, ImmutableArray<RequestAttributes> actions, int words)
    {
        _tables = tables;
        _namespace = @namespace.Length == 0 ? default : tables.Namespaces.PayloadOf(@namespace);
        _words = words;
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

    /// <summary>Fills the row of a user.</summary>
    public void Fill(UserInfo user, Span<ulong> row)
    {
        AddBindings(row, _tables.Users.Find(user.Name), isGroup: false);
        foreach (var group in user.Groups.AsSpan())
        {
            Or(row, GroupRow(group));
        }
    }

    private ulong[] GroupRow(string group)
    {
        if (!_groupRows.TryGetValue(group, out var row))
        {
            row = new ulong[_words];
            AddBindings(row, _tables.Groups.Find(group), isGroup: true);
            _groupRows.Add(group, row);
        }

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
        where TMatcher : struct, IActionMatcher
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

    private void AddBindings(Span<ulong> row, in NameSlot<Posting[]> slot, bool isGroup)
    {
        if (Unsafe.IsNullRef(in slot))
        {
            return;
        }

        foreach (var posting in slot.Payload!)
        {
            AddRole(row, posting.Role);
        }

        foreach (var posting in _namespace.PostingsOf(isGroup ? SubjectRow.OfGroup(slot.Id) : SubjectRow.OfUser(slot.Id)))
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

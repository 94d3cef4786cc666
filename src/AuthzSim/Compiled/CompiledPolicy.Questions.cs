using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Compiled;

/// <summary>The other questions of the reference evaluator, answered from the index.</summary>
public sealed partial class CompiledPolicy
{
    /// <inheritdoc/>
    public RulesForResult RulesFor(UserInfo user, string @namespace)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(@namespace);
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        List<string> errors = [];
        var (cluster, namespaced) = PostingsOf(user, @namespace);
        Add(cluster, isNamespaced: false);
        Add(namespaced, isNamespaced: true);
        return new RulesForResult(rules.DrainToImmutable(), AggregateError.Join(errors));

        void Add(SortedSet<Posting> postings, bool isNamespaced)
        {
            foreach (var posting in postings)
            {
                if (_tables.Roles[posting.Role].Role is { } role)
                {
                    rules.AddRange(role.Record.ToRole(_tables).Rules);
                }
                else
                {
                    errors.Add(ErrorOf(posting, isNamespaced));
                }
            }
        }
    }

    /// <inheritdoc/>
    public AllowedSubjectsResult AllowedSubjects(in RequestAttributes attributes)
    {
        var (cluster, namespaced) = AllowingBindings(attributes);
        var subjects = ImmutableArray.CreateBuilder<Subject>();
        subjects.Add(Subject.Group(RbacNames.SystemMasters));
        foreach (var binding in cluster)
        {
            AddSubjects(_tables.ClusterRoleBindings[binding], subjects);
        }

        foreach (var binding in namespaced)
        {
            AddSubjects(_tables.RoleBindings[binding], subjects);
        }

        return new AllowedSubjectsResult(subjects.DrainToImmutable(), AggregateError.Join(DanglingIn(attributes.Namespace)));
    }

    private void AddSubjects(in BindingRow row, ImmutableArray<Subject>.Builder subjects)
    {
        foreach (var subject in _tables.RecordOf(row).Subjects)
        {
            subjects.Add(RowMapping.SubjectOf(_tables, subject, row.Namespace));
        }
    }

    /// <summary>Gathers a user's bindings, for asking much about few.</summary>
    /// <param name="user">The user.</param>
    public ResolvedSubject Resolve(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        List<int> identities = [];
        List<Posting> cluster = [];
        Add(_tables.Users.Find(user.Name), isGroup: false);
        foreach (var group in user.Groups)
        {
            Add(_tables.Groups.Find(group), isGroup: true);
        }

        return new ResolvedSubject(this, [.. identities.Distinct()], cluster);

        void Add(in NameSlot<Posting[]> slot, bool isGroup)
        {
            if (!Unsafe.IsNullRef(in slot))
            {
                identities.Add(isGroup ? SubjectRow.OfGroup(slot.Id) : SubjectRow.OfUser(slot.Id));
                cluster.AddRange(slot.Payload!);
            }
        }
    }

    /// <summary>Finds the roles that allow what a request asks, for asking it about many users.</summary>
    /// <param name="attributes">The request; its user plays no part.</param>
    public ResolvedAction Resolve(in RequestAttributes attributes) =>
        new(this, RequestWalk.NamespaceOf(_tables, attributes), RolesAllowing(attributes).Words.ToArray());

    /// <summary>The places of the bindings that allow a request, in policy order: those of matching roles, found from the resource.</summary>
    internal (BitSet Cluster, List<int> Namespaced) AllowingBindings(in RequestAttributes attributes)
    {
        var roles = RolesAllowing(attributes);
        var cluster = new BitSet(_tables.ClusterRoleBindings.Count);
        foreach (var role in roles)
        {
            foreach (var binding in _tables.Roles[role].ClusterBindings)
            {
                cluster.SetIf(binding, true);
            }
        }

        List<int> namespaced = [];
        foreach (var posting in RequestWalk.NamespaceOf(_tables, attributes).Postings)
        {
            if (roles[posting.Role])
            {
                namespaced.Add(posting.Binding);
            }
        }

        return (cluster, namespaced);
    }

    /// <summary>The roles that allow what a request asks.</summary>
    internal BitSet RolesAllowing(in RequestAttributes attributes)
    {
        var roles = new BitSet(_tables.Roles.Count);
        if (attributes.IsResourceRequest)
        {
            var action = _tables.Vocabulary.Resolve(attributes);
            Mark(Vocabulary.All, action, ref roles);
            Mark(action.Resource, action, ref roles);
            Mark(action.SubresourceOfAll, action, ref roles);
            return roles;
        }

        var matcher = UrlMatcherOf(_tables, attributes);
        foreach (var role in _tables.UrlRoles)
        {
            roles.SetIf(role, _tables.Roles[role] is { Role: not null } slot && matcher.IsAllowedBy(slot));
        }

        return roles;
    }

    private void Mark(int resource, in ActionIds action, ref BitSet roles)
    {
        foreach (var role in resource < 0 ? [] : _tables.RolesByResource[resource])
        {
            roles.SetIf(role, _tables.Roles[role].Role!.Allows(action));
        }
    }

    private IEnumerable<string> DanglingIn(string @namespace)
    {
        foreach (var i in _danglingClusterBindings.Value)
        {
            yield return new RoleReferenceError(RowMapping.ClusterRoleBindingAt(_tables, i)).ToString();
        }

        var bindings = @namespace.Length == 0 ? default : _tables.Namespaces.PayloadOf(@namespace);
        for (var i = 0; i < bindings.Postings.Length; i++)
        {
            if (_tables.Roles[bindings.Postings[i].Role].Role is null)
            {
                yield return new RoleReferenceError(RowMapping.RoleBindingAt(_tables, bindings.Postings[i].Binding)).ToString();
            }
        }
    }
}

/// <summary>A set of small numbers.</summary>
internal readonly struct BitSet(int capacity)
{
    private readonly ulong[] _words = new ulong[(capacity + 63) >> 6];

    public ReadOnlySpan<ulong> Words => _words;

    public bool this[int index] => (_words[index >> 6] & (1UL << (index & 63))) != 0;

    public void SetIf(int index, bool value) => _words[index >> 6] |= (value ? 1UL : 0) << (index & 63);

    public Enumerator GetEnumerator() => new(_words);

    public struct Enumerator(ulong[] words)
    {
        private int _word = -1;
        private ulong _left;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_left == 0)
            {
                if (++_word >= words.Length)
                {
                    return false;
                }

                _left = words[_word];
            }

            Current = (_word << 6) + BitOperations.TrailingZeroCount(_left);
            _left &= _left - 1;
            return true;
        }
    }
}

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
        var subjects = AllowedSubjectList.Of(_tables, _subjects.Value, cluster, namespaced);
        return new AllowedSubjectsResult(subjects, AggregateError.Join(DanglingIn(attributes.Namespace)));
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

    /// <summary>The places of the bindings that allow a request, in policy order.</summary>
    private (BitSet Cluster, List<int> Namespaced) AllowingBindings(in RequestAttributes attributes)
    {
        var bindings = RequestWalk.NamespaceOf(_tables, attributes);
        var cluster = new BitSet(_tables.ClusterRoleBindings.Count);
        if (!attributes.IsResourceRequest)
        {
            var url = UrlMatcherOf(_tables, attributes);
            MarkBindings(_tables.UrlRoles.AsSpan(), url, cluster);
            return (cluster, Allowing(bindings, url));
        }

        var action = _tables.Vocabulary.Resolve(attributes);
        var matcher = new ResourceMatcher(action);
        MarkBindings(RolesMentioning(Vocabulary.All), matcher, cluster);
        MarkBindings(RolesMentioning(action.Resource), matcher, cluster);
        MarkBindings(RolesMentioning(action.SubresourceOfAll), matcher, cluster);
        return (cluster, Allowing(bindings, matcher));
    }

    /// <summary>Marks the cluster role bindings of those roles that allow what is asked. Most roles have none: they are not looked at.</summary>
    private void MarkBindings<TMatcher>(ReadOnlySpan<int> roles, in TMatcher matcher, BitSet marked)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        foreach (var role in roles)
        {
            var bindings = _tables.Roles[role].ClusterBindings;
            if (bindings.Length > 0 && PostingWalk.IsAllowed(_tables.Roles, role, matcher))
            {
                foreach (var binding in bindings)
                {
                    marked.SetIf(binding, true);
                }
            }
        }
    }

    private List<int> Allowing<TMatcher>(NamespaceBindings bindings, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        List<int> allowing = [];
        foreach (ref readonly var posting in bindings.Postings)
        {
            if (PostingWalk.IsAllowed(_tables.Roles, posting.Role, matcher))
            {
                allowing.Add(posting.Binding);
            }
        }

        return allowing;
    }

    private ReadOnlySpan<int> RolesMentioning(int resource) => resource < 0 ? [] : _tables.RolesByResource[resource];

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
        foreach (var role in RolesMentioning(resource))
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

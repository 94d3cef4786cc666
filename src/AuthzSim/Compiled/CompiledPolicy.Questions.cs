using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
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
        foreach (var posting in PostingsOf(user, @namespace))
        {
            if (_tables.Roles[posting.Role].Role is { } role)
            {
                rules.AddRange(role.Source.Rules);
            }
            else
            {
                errors.Add(new RoleReferenceError(BindingOf(posting)).ToString());
            }
        }

        return new RulesForResult(rules.DrainToImmutable(), AggregateError.Join(errors));
    }

    /// <inheritdoc/>
    public AllowedSubjectsResult AllowedSubjects(in RequestAttributes attributes)
    {
        var subjects = ImmutableArray.CreateBuilder<Subject>();
        subjects.Add(Subject.Group(RbacNames.SystemMasters));
        foreach (var posting in AllowingBindings(attributes))
        {
            var row = posting.Namespace == Posting.ClusterScope
                ? _tables.ClusterRoleBindings[posting.Binding]
                : _tables.RoleBindings[posting.Binding];
            subjects.AddRange(RowMapping.SubjectsOf(_tables, row));
        }

        return new AllowedSubjectsResult(subjects.DrainToImmutable(), AggregateError.Join(DanglingIn(attributes.Namespace)));
    }

    /// <summary>Gathers a user's bindings, for asking much about few.</summary>
    /// <param name="user">The user.</param>
    public ResolvedSubject Resolve(UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(user);
        List<Posting> postings = [.. _tables.Users.PayloadOf(user.Name) ?? []];
        foreach (var group in user.Groups)
        {
            postings.AddRange(_tables.Groups.PayloadOf(group) ?? []);
        }

        postings.Sort(Posting.Compare);
        return new ResolvedSubject(this, CollectionsMarshal.AsSpan(postings));
    }

    /// <summary>Finds the roles that allow what a request asks, for asking it about many users.</summary>
    /// <param name="attributes">The request; its user plays no part.</param>
    public ResolvedAction Resolve(in RequestAttributes attributes) =>
        new(this, NamespaceOf(_tables, attributes), RolesAllowing(attributes).Words.ToArray());

    /// <summary>The bindings that allow a request, in policy order: those of matching roles, found from the resource.</summary>
    internal List<Posting> AllowingBindings(in RequestAttributes attributes)
    {
        var roles = RolesAllowing(attributes);
        List<Posting> result = [];
        AddClusterBindings(roles, result);
        var @namespace = NamespaceOf(_tables, attributes);
        foreach (var ordinal in @namespace < 0 ? [] : _tables.Namespaces.PayloadOf(attributes.Namespace)!)
        {
            var role = _tables.RoleRefs[_tables.RoleBindings[ordinal].RoleRef].Role;
            if (roles[role])
            {
                result.Add(new Posting(@namespace, role, ordinal));
            }
        }

        return result;
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
            roles.SetIf(role, _tables.Roles[role].Role is { } compiled && matcher.IsAllowedBy(compiled));
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

    private void AddClusterBindings(BitSet roles, List<Posting> result)
    {
        var bindings = new BitSet(_tables.ClusterRoleBindings.Count);
        foreach (var role in roles)
        {
            foreach (var binding in _tables.Roles[role].ClusterBindings)
            {
                bindings.SetIf(binding, true);
            }
        }

        foreach (var binding in bindings)
        {
            result.Add(new Posting(Posting.ClusterScope, _tables.RoleRefs[_tables.ClusterRoleBindings[binding].RoleRef].Role, binding));
        }
    }

    private IEnumerable<string> DanglingIn(string @namespace)
    {
        for (var i = 0; i < _tables.ClusterRoleBindings.Count; i++)
        {
            var row = _tables.ClusterRoleBindings[i];
            if (!row.IsRemoved && RoleOf(row) is null)
            {
                yield return new RoleReferenceError(RowMapping.ClusterRoleBindingAt(_tables, i)).ToString();
            }
        }

        var namespaceId = @namespace.Length == 0 ? -1 : _tables.Namespaces.IdOf(@namespace);
        foreach (var i in namespaceId < 0 ? [] : _tables.Namespaces.PayloadOf(@namespace)!)
        {
            if (RoleOf(_tables.RoleBindings[i]) is null)
            {
                yield return new RoleReferenceError(RowMapping.RoleBindingAt(_tables, i)).ToString();
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

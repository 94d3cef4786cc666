using System.Runtime.CompilerServices;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// One check: the cluster role bindings of the user and of each group, then what the namespace has for them. A cluster role
/// binding is always named before a role binding.
/// </summary>
internal static class RequestWalk
{
    private const int GroupsOnStack = 32;

    public static CheckResult Check<TMatcher>(PolicyTables tables, in RequestAttributes attributes, uint userHash, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher
    {
        var @namespace = NamespaceOf(tables, attributes);
        ref readonly var user = ref tables.Users.Find(userHash, attributes.User.Name);
        return Check(tables, attributes.User, user, @namespace, matcher);
    }

    /// <summary>Decides, given the user's slot (or a null reference) and the namespace's bindings (or null).</summary>
    public static CheckResult Check<TMatcher>(
        PolicyTables tables, UserInfo user, in NameTable<Posting[]>.Slot slot, NamespaceBindings? @namespace, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher
    {
        var roles = tables.Roles;
        var groups = user.Groups.AsSpan();
        var clusterBinding = PostingWalk.None;
        var identity = -1;
        if (!Unsafe.IsNullRef(in slot))
        {
            identity = SubjectRow.OfUser(slot.Id);
            clusterBinding = PostingWalk.First(slot.Payload, clusterBinding, roles, matcher);
        }

        Span<int> identities = stackalloc int[GroupsOnStack];
        var isShort = groups.Length <= GroupsOnStack;
        for (var i = 0; i < groups.Length; i++)
        {
            ref readonly var group = ref tables.Groups.Find(groups[i]);
            var found = -1;
            if (!Unsafe.IsNullRef(in group))
            {
                found = SubjectRow.OfGroup(group.Id);
                clusterBinding = PostingWalk.First(group.Payload, clusterBinding, roles, matcher);
            }

            if (isShort)
            {
                identities[i] = found;
            }
        }

        if (clusterBinding != PostingWalk.None)
        {
            return CheckResult.AllowedByClusterBinding(clusterBinding);
        }

        if (@namespace is null)
        {
            return CheckResult.NoOpinion;
        }

        var roleBinding = identity < 0 ? PostingWalk.None : PostingWalk.First(@namespace.PostingsOf(identity), PostingWalk.None, roles, matcher);
        for (var i = 0; i < groups.Length; i++)
        {
            // Beyond the room on the stack a group is looked up again.
            identity = isShort ? identities[i] : tables.Groups.IdOf(groups[i]) is >= 0 and var id ? SubjectRow.OfGroup(id) : -1;
            if (identity >= 0)
            {
                roleBinding = PostingWalk.First(@namespace.PostingsOf(identity), roleBinding, roles, matcher);
            }
        }

        return roleBinding == PostingWalk.None ? CheckResult.NoOpinion : CheckResult.AllowedByRoleBinding(roleBinding);
    }

    /// <summary>The bindings of the request's namespace; null when it has none, or the request is in none.</summary>
    public static NamespaceBindings? NamespaceOf(PolicyTables tables, in RequestAttributes attributes)
    {
        if (attributes.Namespace.Length == 0)
        {
            return null;
        }

        ref readonly var slot = ref tables.Namespaces.Find(attributes.Namespace);
        return Unsafe.IsNullRef(in slot) ? null : slot.Payload;
    }
}

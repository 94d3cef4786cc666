using System.Buffers;
using System.Runtime.CompilerServices;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// One check: the cluster role bindings of the user and of each group, then what the namespace has for them. A cluster role
/// binding is always named before a role binding.
/// </summary>
internal static class RequestWalk
{
    private const int IdentitiesOnStack = 32;

    /// <summary>Decides a request.</summary>
    [SkipLocalsInit]
    public static CheckResult Check(PolicyTables tables, in RequestAttributes request)
    {
        // The user and the namespace are the likeliest memory misses: they are on their way while the other names are looked up.
        var userHash = SeededHash.Of(request.User.Name);
        tables.Users.PrefetchSlot(userHash);
        var @namespace = NamespaceOf(tables, request);
        @namespace.Prefetch();
        var most = 1 + request.User.Groups.Length;
        var rented = most > IdentitiesOnStack ? ArrayPool<int>.Shared.Rent(most) : null;
        var identities = rented is null ? stackalloc int[IdentitiesOnStack] : rented.AsSpan();
        CheckResult result;
        if (request.IsResourceRequest)
        {
            var matcher = new ResourceMatcher(tables.Vocabulary.Resolve(request));
            result = Check(tables, identities[..Identify(tables, request.User, userHash, identities)], @namespace, matcher);
        }
        else
        {
            var matcher = CompiledPolicy.UrlMatcherOf(tables, request);
            result = Check(tables, identities[..Identify(tables, request.User, userHash, identities)], @namespace, matcher);
        }

        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }

        return result;
    }

    /// <summary>Who a user is to the policy: the identities of the name and of each group, without those no binding names.</summary>
    /// <param name="tables">The policy.</param>
    /// <param name="user">The user.</param>
    /// <param name="userHash">The hash of the user's name.</param>
    /// <param name="identities">Takes the identities; must have room for the user and every group.</param>
    /// <returns>How many there are.</returns>
    public static int Identify(PolicyTables tables, UserInfo user, uint userHash, Span<int> identities)
    {
        var count = 0;
        foreach (var group in user.Groups.AsSpan())
        {
            var id = tables.Groups.IdOf(group);
            if (id >= 0)
            {
                identities[count++] = SubjectRow.OfGroup(id);
            }
        }

        ref readonly var slot = ref tables.Users.Find(userHash, user.Name);
        if (!Unsafe.IsNullRef(in slot))
        {
            identities[count++] = SubjectRow.OfUser(slot.Id);
        }

        return count;
    }

    /// <summary>Decides, given who asks and the namespace's bindings.</summary>
    public static CheckResult Check<TMatcher>(
        PolicyTables tables, ReadOnlySpan<int> identities, NamespaceBindings @namespace, in TMatcher matcher)
        where TMatcher : struct, IActionMatcher, allows ref struct
    {
        var clusterBinding = PostingWalk.FirstOfCluster(tables, identities, matcher);
        if (clusterBinding != PostingWalk.None)
        {
            return CheckResult.AllowedByClusterBinding(clusterBinding);
        }

        if (@namespace.IsNone)
        {
            return CheckResult.NoOpinion;
        }

        var roleBinding = PostingWalk.None;
        foreach (var identity in identities)
        {
            roleBinding = PostingWalk.First(@namespace.PostingsOf(identity), roleBinding, tables.Roles, matcher);
        }

        return roleBinding == PostingWalk.None ? CheckResult.NoOpinion : CheckResult.AllowedByRoleBinding(roleBinding);
    }

    /// <summary>The bindings of the request's namespace; none when it has none, or the request is in none.</summary>
    public static NamespaceBindings NamespaceOf(PolicyTables tables, in RequestAttributes request) =>
        request.Namespace.Length == 0 ? default : tables.Namespaces.PayloadOf(request.Namespace);

    /// <summary>The same where the hash of the namespace is known.</summary>
    public static NamespaceBindings NamespaceOf(PolicyTables tables, in RequestAttributes request, uint namespaceHash) =>
        request.Namespace.Length == 0 ? default : tables.Namespaces.PayloadOf(namespaceHash, request.Namespace);
}

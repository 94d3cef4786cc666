using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>
/// A user's bindings under one policy, gathered once: for callers that ask much about few. Knows the policy it came from
/// and is not moved to another.
/// </summary>
public sealed class ResolvedSubject
{
    private readonly Posting[] _cluster;
    private readonly int[] _identities;

    internal ResolvedSubject(CompiledPolicy policy, int[] identities, IEnumerable<Posting> cluster)
    {
        Policy = policy;
        _identities = identities;

        // A second binding to the same role never decides anything.
        _cluster = [.. cluster.OrderBy(p => p.Binding).DistinctBy(p => p.Role)];
    }

    /// <summary>The policy the subject was resolved with.</summary>
    public CompiledPolicy Policy { get; }

    /// <summary>The decision alone, as <see cref="CompiledPolicy.Check(in Requests.RequestAttributes)"/> gives it for the same request.</summary>
    /// <param name="action">An action resolved with the same policy.</param>
    /// <exception cref="ArgumentException">The action was resolved with another policy.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CheckResult Check(ResolvedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (!ReferenceEquals(action.Policy, Policy))
        {
            ThrowOtherPolicy();
        }

        foreach (ref readonly var posting in _cluster.AsSpan())
        {
            if (action.IsAllowedBy(posting.Role))
            {
                return CheckResult.AllowedByClusterBinding(posting.Binding);
            }
        }

        return action.Namespace.IsNone ? CheckResult.NoOpinion : CheckNamespace(action, action.Namespace);
    }

    private CheckResult CheckNamespace(ResolvedAction action, NamespaceBindings @namespace)
    {
        var best = PostingWalk.None;
        foreach (var identity in _identities)
        {
            foreach (ref readonly var posting in @namespace.PostingsOf(identity))
            {
                if (posting.Binding >= best)
                {
                    break;
                }

                if (action.IsAllowedBy(posting.Role))
                {
                    best = posting.Binding;
                    break;
                }
            }
        }

        return best == PostingWalk.None ? CheckResult.NoOpinion : CheckResult.AllowedByRoleBinding(best);
    }

    private static void ThrowOtherPolicy() => throw new ArgumentException("the action was resolved with another policy", "action");
}

/// <summary>What is asked, resolved once under one policy: which of its roles allow it, and in which namespace.</summary>
public sealed class ResolvedAction
{
    private readonly ulong[] _roles;

    internal ResolvedAction(CompiledPolicy policy, NamespaceBindings @namespace, ulong[] roles)
    {
        Policy = policy;
        Namespace = @namespace;
        _roles = roles;
    }

    /// <summary>The policy the action was resolved with.</summary>
    public CompiledPolicy Policy { get; }

    /// <summary>The bindings of the namespace.</summary>
    internal NamespaceBindings Namespace { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsAllowedBy(int role) => (_roles[role >> 6] & (1UL << (role & 63))) != 0;
}

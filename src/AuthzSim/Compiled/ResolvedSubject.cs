using System.Runtime.CompilerServices;

namespace AuthzSim.Compiled;

/// <summary>
/// A user's bindings under one policy, gathered once: for callers that ask much about few. Knows the policy it came from
/// and is not moved to another.
/// </summary>
public sealed class ResolvedSubject
{
    private readonly Posting[] _cluster;
    private readonly Posting[] _namespaced;

    internal ResolvedSubject(CompiledPolicy policy, ReadOnlySpan<Posting> postings)
    {
        Policy = policy;
        var clusterCount = PostingWalk.FirstOf(postings, Posting.ClusterScope + 1);
        _cluster = FirstOfEachRole(postings[..clusterCount]);
        _namespaced = FirstOfEachRole(postings[clusterCount..]);
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

        return action.Namespace < 0 || _namespaced.Length == 0 ? CheckResult.NoOpinion : CheckNamespace(action);
    }

    private CheckResult CheckNamespace(ResolvedAction action)
    {
        for (var i = PostingWalk.FirstOf(_namespaced, action.Namespace); i < _namespaced.Length; i++)
        {
            ref readonly var posting = ref _namespaced[i];
            if (posting.Namespace != action.Namespace)
            {
                break;
            }

            if (action.IsAllowedBy(posting.Role))
            {
                return CheckResult.AllowedByRoleBinding(posting.Binding);
            }
        }

        return CheckResult.NoOpinion;
    }

    /// <summary>A second binding to the same role in the same scope never decides anything.</summary>
    private static Posting[] FirstOfEachRole(ReadOnlySpan<Posting> ordered)
    {
        List<Posting> result = [];
        var seen = new HashSet<(int, int)>();
        foreach (var posting in ordered)
        {
            if (seen.Add((posting.Namespace, posting.Role)))
            {
                result.Add(posting);
            }
        }

        return [.. result];
    }

    private static void ThrowOtherPolicy() => throw new ArgumentException("the action was resolved with another policy", "action");
}

/// <summary>What is asked, resolved once under one policy: which of its roles allow it, and in which namespace.</summary>
public sealed class ResolvedAction
{
    private readonly ulong[] _roles;

    internal ResolvedAction(CompiledPolicy policy, int @namespace, ulong[] roles)
    {
        Policy = policy;
        Namespace = @namespace;
        _roles = roles;
    }

    /// <summary>The policy the action was resolved with.</summary>
    public CompiledPolicy Policy { get; }

    internal int Namespace { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsAllowedBy(int role) => (_roles[role >> 6] & (1UL << (role & 63))) != 0;
}

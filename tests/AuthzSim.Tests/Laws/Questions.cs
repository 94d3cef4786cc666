using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>A policy and requests to put to it, four fifths of them aimed at what it grants.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Requests">The requests.</param>
public sealed record Questions(PolicySet Policy, ImmutableArray<RequestAttributes> Requests)
{
    public const int RequestCount = 12;

    public static Gen<Questions> Any { get; } = About(PolicyGenerators.Policy);

    public static Gen<Questions> About(Gen<PolicySet> policies) =>
        from policy in policies
        from requests in Gen.ArrayOf(Gen.Frequency((4, AimedRequests.At(policy)), (1, PolicyGenerators.Request)), RequestCount)
        select new Questions(policy, [.. requests]);

    public static IEnumerable<Questions> Shrink(Questions questions) =>
    [
        .. questions.Requests.Length > 1 ? questions.Requests.Select(r => questions with { Requests = [r] }) : [],
        .. PolicyShrinkers.Policy(questions.Policy).Select(p => questions with { Policy = p }),
        .. questions.Requests.Length > 1 ? [] : PolicyShrinkers.Request(questions.Requests[0]).Select(r => questions with { Requests = [r] }),
    ];

    /// <summary>What the reference evaluator answers to the requests under another policy, or this one.</summary>
    public IReadOnlyList<AuthorizationResult> Results(PolicySet? policy = null)
    {
        var authorizer = new RbacAuthorizer(policy ?? Policy);
        return [.. Requests.Select(r => authorizer.Authorize(r))];
    }

    /// <summary>The decisions among <see cref="Results"/>.</summary>
    public IReadOnlyList<Decision> Decisions(PolicySet? policy = null) => [.. Results(policy).Select(r => r.Decision)];
}

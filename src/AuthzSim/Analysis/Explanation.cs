using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>In what a rule a user has, or a binding, falls short of a request.</summary>
[Flags]
public enum Mismatches
{
    /// <summary>In nothing.</summary>
    None = 0,

    /// <summary>The rule has other verbs.</summary>
    Verb = 1,

    /// <summary>The rule is for other API groups.</summary>
    ApiGroup = 2,

    /// <summary>The rule has the resource, but not the subresource (or has only subresources).</summary>
    Subresource = 4,

    /// <summary>The rule is limited to other object names.</summary>
    ResourceName = 8,

    /// <summary>The rule is for other paths that begin with the same segment.</summary>
    Path = 16,

    /// <summary>The role binding is in another namespace, or the request is in none.</summary>
    Namespace = 32,

    /// <summary>The role does not exist.</summary>
    MissingRole = 64,

    /// <summary>Role and rule allow the request, but the binding is for a group (other than <c>system:masters</c>) the user is not in.</summary>
    Subject = 128,
}

/// <summary>A rule that almost allows a request.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Subject">Its subject that applies to the user; for <see cref="Mismatches.Subject"/> the group that does not.</param>
/// <param name="Role">The role; null when it does not exist.</param>
/// <param name="Rule">The rule; null when the role does not exist.</param>
/// <param name="Mismatches">All it falls short in.</param>
public sealed record NearMiss(RbacBinding Binding, Subject Subject, RbacRole? Role, PolicyRule? Rule, Mismatches Mismatches);

/// <summary>A way in which a request is allowed.</summary>
/// <param name="Source">The binding, subject and role.</param>
/// <param name="Rule">The rule.</param>
public sealed record AllowingPath(RuleSource Source, PolicyRule Rule);

/// <summary>Why a request is allowed or not, in full.</summary>
/// <param name="Request">The request.</param>
/// <param name="Result">The server's answer.</param>
/// <param name="Paths">Every way in which RBAC allows it; the first is the one the server names.</param>
/// <param name="NearMisses">On a denial: what comes nearest, nearest first; otherwise empty.</param>
/// <param name="SmallestRule">The smallest rule that would allow exactly this request.</param>
public sealed record Explanation(
    RequestAttributes Request,
    AuthorizationResult Result,
    ImmutableArray<AllowingPath> Paths,
    ImmutableArray<NearMiss> NearMisses,
    PolicyRule SmallestRule)
{
    /// <summary>Explains the reference evaluator's answer.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="request">The request.</param>
    public static Explanation Of(PolicySet policy, in RequestAttributes request)
    {
        var rbac = new RbacAuthorizer(policy);
        var result = new UnionAuthorizer(new SystemMastersAuthorizer(), rbac).Authorize(request);
        var asked = request;
        ImmutableArray<AllowingPath> paths =
        [
            .. rbac.Resolver.VisitRulesFor(request.User, request.Namespace)
                .Where(v => v.Rule is not null && RuleMatcher.RuleAllows(asked, v.Rule))
                .Select(v => new AllowingPath(v.Source!, v.Rule!)),
        ];
        return new Explanation(
            request, result, paths, result.IsAllowed ? [] : NearMissFinder.Find(policy, rbac.Resolver, request), SmallestRuleFor(request));
    }

    private static PolicyRule SmallestRuleFor(in RequestAttributes request)
    {
        if (!request.IsResourceRequest)
        {
            return new PolicyRule { NonResourceUrls = [request.Path], Verbs = [request.Verb] };
        }

        return new PolicyRule
        {
            ApiGroups = [request.ApiGroup],
            Resources = [request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}"],
            ResourceNames = request.Name.Length == 0 ? [] : [request.Name],
            Verbs = [request.Verb],
        };
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Authorization;

/// <summary>
/// Asks authorizers in order: the first Allow or Deny is the answer; otherwise reasons and errors are joined
/// (upstream: <c>k8s.io/apiserver/pkg/authorization/union/union.go</c>).
/// </summary>
public sealed class UnionAuthorizer : IAuthorizer
{
    private readonly ImmutableArray<IAuthorizer> _authorizers;

    /// <summary>Makes the union.</summary>
    /// <param name="authorizers">The authorizers in the order in which they are asked.</param>
    public UnionAuthorizer(params ReadOnlySpan<IAuthorizer> authorizers) => _authorizers = [.. authorizers];

    /// <inheritdoc/>
    public AuthorizationResult Authorize(in RequestAttributes attributes)
    {
        List<string> reasons = [];
        List<string> errors = [];
        foreach (var authorizer in _authorizers)
        {
            var result = authorizer.Authorize(attributes);
            if (result.Decision != Decision.NoOpinion)
            {
                return result;
            }

            if (result.Reason.Length > 0)
            {
                reasons.Add(result.Reason);
            }

            if (result.EvaluationError is not null)
            {
                errors.Add(result.EvaluationError);
            }
        }

        return new AuthorizationResult(Decision.NoOpinion, string.Join('\n', reasons), AggregateError.Join(errors));
    }
}

/// <summary>
/// Allows members of <c>system:masters</c> everything, with no reason, before any configured mode is asked
/// (upstream: <c>authorizerfactory.NewPrivilegedGroups</c>).
/// </summary>
public sealed class SystemMastersAuthorizer : IAuthorizer
{
    /// <inheritdoc/>
    public AuthorizationResult Authorize(in RequestAttributes attributes) =>
        new(attributes.User.Groups.Contains(RbacNames.SystemMasters) ? Decision.Allow : Decision.NoOpinion, reason: "");
}

using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Writes;

/// <summary>An edit of a policy that the API server would not carry out.</summary>
/// <param name="Change">The edit.</param>
/// <param name="Status">The server's answer.</param>
public sealed record EditRefusal(PolicyChange Change, ApiStatus Status);

/// <summary>What the API server says to edits of a policy, as <c>kubectl apply</c> and <c>kubectl delete</c> send them.</summary>
public static class EditRefusals
{
    /// <summary>
    /// The edits that would be refused: to a user who may not write, for escalation, for an object that is invalid or that
    /// cannot be changed so, or for one that is not there. Each edit is put to the policy as the earlier ones leave it; one
    /// that is refused counts as made, so that what depends on it is judged for itself.
    /// </summary>
    /// <param name="policy">The policy before.</param>
    /// <param name="changes">The edits, in order.</param>
    /// <param name="user">Who makes them.</param>
    /// <param name="edited">Told how many edits were looked at.</param>
    public static IEnumerable<EditRefusal> Find(
        PolicySet policy, IEnumerable<PolicyChange> changes, UserInfo user, IProgress<long>? edited = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(user);
        return FindIn(policy, changes, user, edited);
    }

    private static IEnumerable<EditRefusal> FindIn(PolicySet policy, IEnumerable<PolicyChange> changes, UserInfo user, IProgress<long>? edited)
    {
        var count = 0;
        foreach (var change in changes)
        {
            var authorizer = new UnionAuthorizer(new SystemMastersAuthorizer(), new RbacAuthorizer(policy));
            if (StatusOf(policy, change, user, authorizer) is { } status)
            {
                yield return new EditRefusal(change, status);
            }

            policy = ClusterRoleAggregation.Apply(policy.With(change));
            edited?.Report(++count);
        }
    }

    private static ApiStatus? StatusOf(PolicySet policy, PolicyChange change, UserInfo user, UnionAuthorizer authorizer)
    {
        var handler = new RbacWriteHandler(policy, authorizer);
        var isThere = handler.Has(change.Kind, change.Namespace, change.Name);
        if (change.Object is { } written)
        {
            var write = isThere ? RbacWrite.Update(user, written) : RbacWrite.Create(user, written);

            // kubectl apply patches what is there.
            return Forbidden(authorizer, isThere ? write.Attributes with { Verb = "patch" } : write.Attributes)
                ?? handler.HandleAuthorized(write).Status;
        }

        var resource = change.Kind.ToLowerInvariant() + "s";
        var attributes = RequestAttributes.ForResource(user, "delete", resource, apiGroup: RbacNames.Group, @namespace: change.Namespace, name: change.Name);
        return Forbidden(authorizer, attributes) ?? (isThere ? null : ApiStatuses.NotFound(RbacNames.Group, resource, change.Name));
    }

    private static ApiStatus? Forbidden(UnionAuthorizer authorizer, in RequestAttributes attributes)
    {
        var result = authorizer.Authorize(attributes);
        return result.IsAllowed ? null : ApiStatuses.Forbidden(attributes, result.Reason);
    }
}

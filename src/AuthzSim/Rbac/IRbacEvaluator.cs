using AuthzSim.Authorization;
using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>
/// The questions RBAC answers. <see cref="RbacAuthorizer"/> is the specification; every other evaluator gives its answers.
/// </summary>
public interface IRbacEvaluator : IAuthorizer
{
    /// <summary>All rules a user has in a namespace, in walk order with duplicates (upstream: <c>RulesFor</c>).</summary>
    /// <param name="user">The user.</param>
    /// <param name="namespace">The namespace, <c>""</c> for what cluster role bindings give.</param>
    RulesForResult RulesFor(UserInfo user, string @namespace);

    /// <summary>
    /// Which subjects may make a request, whoever <see cref="RequestAttributes.User"/> is (upstream:
    /// <c>SubjectAccessEvaluator.AllowedSubjects</c>): <c>system:masters</c>, then the subjects of every binding whose role
    /// has a matching rule, verbatim and with duplicates.
    /// </summary>
    /// <param name="attributes">The request.</param>
    AllowedSubjectsResult AllowedSubjects(in RequestAttributes attributes);
}

using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Matrix;

/// <summary>A row of a <see cref="ResourceMatrix"/>: a subject, and the user whose requests are decided for it.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="User">The user.</param>
public sealed record MatrixSubject(Subject Subject, UserInfo User)
{
    /// <summary>
    /// A subject with the groups the API server gives it without being told: <c>system:authenticated</c>, a service account's
    /// own, <c>system:nodes</c> for a node. A group stands for a member who has no name and no other group of the policy.
    /// </summary>
    /// <param name="subject">A user, group or service account with its namespace.</param>
    /// <exception cref="ArgumentException">The subject has another kind or no name.</exception>
    public static MatrixSubject Of(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrEmpty(subject.Name, nameof(subject));
        return new MatrixSubject(subject, subject.Kind switch
        {
            RbacNames.UserKind => UserInfo.Impersonated(subject.Name),
            RbacNames.ServiceAccountKind => UserInfo.Impersonated(ServiceAccountNames.MakeUserName(subject.Namespace, subject.Name)),
            RbacNames.GroupKind when subject.Name is WellKnownUsers.Authenticated or WellKnownUsers.Unauthenticated => UserInfo.Of("", subject.Name),
            RbacNames.GroupKind => UserInfo.Of("", subject.Name, WellKnownUsers.Authenticated),
            _ => throw new ArgumentException($"`{subject.Kind}` is no kind of subject", nameof(subject)),
        });
    }

    /// <summary>A person whose groups are known.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="groups">The groups.</param>
    public static MatrixSubject Person(string name, params IEnumerable<string> groups) =>
        new(Subject.User(name), UserInfo.Impersonated(name, [.. groups]));
}

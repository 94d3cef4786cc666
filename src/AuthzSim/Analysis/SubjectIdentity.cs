using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>Whom a subject means, so that two spellings of one are the same: a service account is the user of its name.</summary>
/// <param name="IsGroup">True for a group, false for a user.</param>
/// <param name="Name">The group's or user's name; null for a subject that means nobody.</param>
internal readonly record struct SubjectIdentity(bool IsGroup, string? Name)
{
    public static SubjectIdentity Nobody => default;

    public static SubjectIdentity Of(Subject subject, string bindingNamespace) => subject.Kind switch
    {
        RbacNames.UserKind => new SubjectIdentity(false, subject.Name),
        RbacNames.GroupKind => new SubjectIdentity(true, subject.Name),
        RbacNames.ServiceAccountKind when (subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace) is { Length: > 0 } own =>
            new SubjectIdentity(false, ServiceAccountNames.MakeUserName(own, subject.Name)),
        _ => Nobody,
    };

    /// <summary>Everything that a binding can name a user by: the name and each group.</summary>
    public static HashSet<SubjectIdentity> Of(UserInfo user) =>
        [new SubjectIdentity(false, user.Name), .. user.Groups.Select(g => new SubjectIdentity(true, g))];

    public static SubjectIdentity Of(Subject subject, RbacBinding binding) =>
        Of(subject, binding.IsNamespaced ? binding.Metadata.Namespace : "");

    /// <summary>A subject that means this, whatever the binding; not for <see cref="Nobody"/>.</summary>
    public Subject ToSubject() => IsGroup ? Subject.Group(Name!) : Subject.OfUserName(Name!);

    /// <summary>The first subject of a binding that means this.</summary>
    public Subject SubjectIn(RbacBinding binding)
    {
        foreach (var subject in binding.Subjects)
        {
            if (Of(subject, binding) == this)
            {
                return subject;
            }
        }

        throw new ArgumentException("the binding is for others", nameof(binding));
    }
}

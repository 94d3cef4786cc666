using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Cli.Flags;

/// <summary>A subject as people type it: <c>user:alice</c>, <c>group:dev</c>, <c>serviceaccount:ns/name</c> (or <c>sa:</c>); a bare name is a user.</summary>
internal static class SubjectArgument
{
    /// <summary>Reads a subject; the forms that <c>who-can -o name</c> prints are understood too.</summary>
    /// <exception cref="CommandException">The text is no subject.</exception>
    public static Subject Parse(string text)
    {
        if (ServiceAccountNames.TrySplitUserName(text, out var ownNamespace, out var ownName))
        {
            return Subject.ServiceAccount(ownNamespace, ownName);
        }

        var end = text.AsSpan().IndexOfAny(':', '/');
        var (kind, name) = end < 0 || text.StartsWith("system:", StringComparison.Ordinal) ? ("user", text) : (text[..end].ToLowerInvariant(), text[(end + 1)..]);
        return (kind, name.Split('/')) switch
        {
            (_, [""]) => throw Unknown(text),
            ("user" or "users", _) => Subject.OfUserName(name),
            ("group" or "groups", _) => Subject.Group(name),
            ("serviceaccount" or "serviceaccounts" or "sa", [{ Length: > 0 } @namespace, { Length: > 0 } account]) => Subject.ServiceAccount(@namespace, account),
            _ => throw Unknown(text),
        };
    }

    /// <summary>The subject in the form that <see cref="Parse"/> reads.</summary>
    public static string Format(Subject subject) => subject.Kind switch
    {
        RbacNames.ServiceAccountKind => $"sa:{subject.Namespace}/{subject.Name}",
        RbacNames.GroupKind => $"group:{subject.Name}",
        _ => $"user:{subject.Name}",
    };

    private static CommandException Unknown(string text) =>
        new($"\"{text}\" is no subject: write user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME", CommandException.BadInput);
}

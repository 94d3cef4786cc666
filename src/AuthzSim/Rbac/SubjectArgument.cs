using System.Diagnostics.CodeAnalysis;
using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>A subject as people type it: <c>user:alice</c>, <c>group:dev</c>, <c>serviceaccount:ns/name</c> (or <c>sa:</c>); a bare name is a user.</summary>
public static class SubjectArgument
{
    /// <summary>What is said of a text that is no subject.</summary>
    /// <param name="text">The text.</param>
    public static string ProblemOf(string text) =>
        $"\"{text}\" is no subject: write user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME";

    /// <summary>Reads a subject; the forms that <c>who-can -o name</c> prints are understood too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="subject">The subject; null when the text is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Subject? subject)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ServiceAccountNames.TrySplitUserName(text, out var ownNamespace, out var ownName))
        {
            subject = Subject.ServiceAccount(ownNamespace, ownName);
            return true;
        }

        var end = text.AsSpan().IndexOfAny(':', '/');
        var (kind, name) = end < 0 || text.StartsWith("system:", StringComparison.Ordinal) ? ("user", text) : (text[..end].ToLowerInvariant(), text[(end + 1)..]);
        subject = (kind, name.Split('/')) switch
        {
            (_, [""]) => null,
            ("user" or "users", _) => Subject.OfUserName(name),
            ("group" or "groups", _) => Subject.Group(name),
            ("serviceaccount" or "serviceaccounts" or "sa", [{ Length: > 0 } @namespace, { Length: > 0 } account]) => Subject.ServiceAccount(@namespace, account),
            _ => null,
        };
        return subject is not null;
    }

    /// <summary>The subject in the form that <see cref="TryParse"/> reads.</summary>
    /// <param name="subject">The subject.</param>
    public static string Format(Subject subject) => (subject ?? throw new ArgumentNullException(nameof(subject))).Kind switch
    {
        RbacNames.ServiceAccountKind => $"sa:{subject.Namespace}/{subject.Name}",
        RbacNames.GroupKind => $"group:{subject.Name}",
        _ => $"user:{subject.Name}",
    };
}

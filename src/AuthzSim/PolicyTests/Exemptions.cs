using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>Of whom an assertion about everybody says nothing.</summary>
internal sealed class Exemptions
{
    private readonly PolicyTest _test;
    private readonly HashSet<SubjectIdentity> _exact = [new SubjectIdentity(true, RbacNames.SystemMasters)];
    private readonly List<Subject> _patterns = [];
    private readonly Dictionary<SubjectIdentity, bool> _known = [];

    public Exemptions(IEnumerable<Subject> subjects, PolicyTest test)
    {
        _test = test;
        foreach (var subject in subjects)
        {
            if (subject.Name.EndsWith('*') || subject.Namespace.EndsWith('*'))
            {
                _patterns.Add(subject);
            }
            else
            {
                _exact.Add(SubjectIdentity.Of(subject, ""));
            }
        }
    }

    /// <summary>True for a subject that is exempt, or that is always in an exempt group; members of <c>system:masters</c> always are.</summary>
    public bool Contains(SubjectIdentity identity)
    {
        if (!_known.TryGetValue(identity, out var result))
        {
            _known.Add(identity, result = Find(identity));
        }

        return result;
    }

    private bool Find(SubjectIdentity identity)
    {
        if (_exact.Contains(identity) || _patterns.Exists(p => Matches(p, identity)))
        {
            return true;
        }

        var groups = identity.IsGroup ? Asker.ImpliedBy(identity.Name!) : Asker.UserOf(identity.Name!, _test).Groups;
        return groups.Any(g => _exact.Contains(new SubjectIdentity(true, g)));
    }

    private static bool Matches(Subject pattern, SubjectIdentity identity)
    {
        var isAccount = ServiceAccountNames.TrySplitUserName(identity.Name!, out var @namespace, out var name);
        return pattern.Kind switch
        {
            RbacNames.GroupKind => identity.IsGroup && !HasEverybody(identity.Name!) && Matches(pattern.Name, identity.Name!),
            RbacNames.ServiceAccountKind => !identity.IsGroup && isAccount && Matches(pattern.Namespace, @namespace) && Matches(pattern.Name, name),
            _ => !identity.IsGroup && !isAccount && Matches(pattern.Name, identity.Name!),
        };
    }

    private static bool HasEverybody(string group) =>
        group is WellKnownUsers.Authenticated or WellKnownUsers.Unauthenticated or WellKnownUsers.ServiceAccounts
        || group.StartsWith(WellKnownUsers.ServiceAccounts + ":", StringComparison.Ordinal);

    private static bool Matches(string pattern, string value) =>
        pattern.EndsWith('*') ? value.StartsWith(pattern[..^1], StringComparison.Ordinal) : value == pattern;
}

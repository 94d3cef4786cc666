using System.Collections.Frozen;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>
/// What no index made of general-purpose parts can do without: a dictionary for every sort of name, with as many entries as
/// the policy has names. Looking a request's six texts up in them is the floor that checks are measured against.
/// </summary>
internal sealed class PolicyNames
{
    private PolicyNames(PolicySet policy)
    {
        var rules = policy.ClusterRoles.Concat<RbacRole>(policy.Roles).SelectMany(r => r.Rules).Distinct().ToList();
        var subjects = policy.ClusterRoleBindings.Concat<RbacBinding>(policy.RoleBindings)
            .SelectMany(b => b.Subjects.Select(s => (Subject: s, Home: b.Metadata.Namespace)))
            .ToList();
        Users = Numbered(subjects.Where(s => s.Subject.Kind != RbacNames.GroupKind).Select(s => UserName(s.Subject, s.Home)));
        Groups = Numbered(subjects.Where(s => s.Subject.Kind == RbacNames.GroupKind).Select(s => s.Subject.Name));
        Verbs = Numbered(rules.SelectMany(r => r.Verbs));
        Resources = Numbered(rules.SelectMany(r => r.Resources));
        Namespaces = Numbered(policy.NamespaceNames());
    }

    /// <summary>Users and service accounts that bindings name.</summary>
    public FrozenDictionary<string, int> Users { get; }

    public FrozenDictionary<string, int> Groups { get; }

    public FrozenDictionary<string, int> Verbs { get; }

    public FrozenDictionary<string, int> Resources { get; }

    public FrozenDictionary<string, int> Namespaces { get; }

    public static PolicyNames Of(PolicySet policy) => new(policy);

    /// <summary>The look-ups as spans, which is what a parser of requests has in hand.</summary>
    public SixLookUps LookUps() => new(this);

    private static string UserName(Subject subject, string home) => subject.Kind == RbacNames.ServiceAccountKind
        ? ServiceAccountNames.MakeUserName(subject.Namespace.Length > 0 ? subject.Namespace : home, subject.Name)
        : subject.Name;

    private static FrozenDictionary<string, int> Numbered(IEnumerable<string> names) =>
        names.Distinct(StringComparer.Ordinal).Index().ToFrozenDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);
}

/// <summary>Looks up the user, two groups, verb, resource and namespace of a request.</summary>
internal readonly struct SixLookUps(PolicyNames names)
{
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _users =
        names.Users.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _groups =
        names.Groups.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _verbs =
        names.Verbs.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _resources =
        names.Resources.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _namespaces =
        names.Namespaces.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A sum that depends on all six, so that none can be left out.</summary>
    public int Of(in RequestAttributes request)
    {
        _users.TryGetValue(request.User.Name, out var user);
        _groups.TryGetValue(request.User.Groups[0], out var first);
        _groups.TryGetValue(request.User.Groups[1], out var second);
        _verbs.TryGetValue(request.Verb, out var verb);
        _resources.TryGetValue(request.Resource, out var resource);
        _namespaces.TryGetValue(request.Namespace, out var @namespace);
        return user + first + second + verb + resource + @namespace;
    }
}

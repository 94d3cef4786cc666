using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Matrix;

/// <summary>The rows and columns a policy suggests by itself.</summary>
public static class MatrixSelection
{
    private const string Bootstrapping = "kubernetes.io/bootstrapping";

    private static readonly (string Group, string Resource)[] _usual =
        [("", "pods"), ("apps", "deployments"), ("", "services"), ("", "configmaps"), ("", "secrets"), ("", "namespaces"), ("", "nodes")];

    /// <summary>
    /// The subjects that bindings name, each once: users, then groups, then service accounts, by name. Those that only
    /// bindings of the API server's own name are left out unless asked for.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="groupsOf">Each known person's groups: a group of known members becomes its members, with all their groups.</param>
    /// <param name="includeDefaults">True to have the subjects of default bindings as well.</param>
    public static ImmutableArray<MatrixSubject> SubjectsOf(
        PolicySet policy, IReadOnlyDictionary<string, ImmutableArray<string>> groupsOf, bool includeDefaults)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(groupsOf);
        var subjects = BindingsOf(policy, includeDefaults).SelectMany(b => b.Subjects.Select(s => Resolved(s, b)));
        return [.. Rows(subjects.OfType<Subject>().Distinct(), groupsOf)];
    }

    /// <summary>Subjects as rows, in the order of <see cref="SubjectsOf"/>; groups of known members become these.</summary>
    /// <param name="subjects">The subjects.</param>
    /// <param name="groupsOf">Each known person's groups.</param>
    public static IEnumerable<MatrixSubject> Rows(IEnumerable<Subject> subjects, IReadOnlyDictionary<string, ImmutableArray<string>> groupsOf)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(groupsOf);
        var members = groupsOf.SelectMany(p => p.Value.Select(g => (Group: g, Person: p.Key))).ToLookup(p => p.Group, p => p.Person, StringComparer.Ordinal);
        return subjects
            .SelectMany(s => s.Kind == RbacNames.GroupKind && members.Contains(s.Name) ? members[s.Name].Select(Subject.User) : [s])
            .DistinctBy(s => (s.Kind, s.Namespace, s.Name))
            .OrderBy(RankOf).ThenBy(s => s.Namespace, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal)
            .Select(s => s.Kind == RbacNames.UserKind && groupsOf.TryGetValue(s.Name, out var groups)
                ? MatrixSubject.Person(s.Name, groups)
                : MatrixSubject.Of(s));
    }

    /// <summary>
    /// The resources that granted rules mention, those granted to most subjects first; wildcards name none. A policy that
    /// mentions none gets a usual few.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="discovery">The resources there are.</param>
    /// <param name="includeDefaults">True to count default bindings as well.</param>
    public static ImmutableArray<MatrixResource> ResourcesOf(PolicySet policy, ApiDiscovery discovery, bool includeDefaults)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(discovery);
        var resolver = new RuleResolver(policy);
        Dictionary<RbacRole, long> granted = new(ReferenceEqualityComparer.Instance);
        foreach (var binding in BindingsOf(policy, includeDefaults))
        {
            if (resolver.RoleOf(binding) is { } role)
            {
                granted[role] = granted.GetValueOrDefault(role) + binding.Subjects.Length;
            }
        }

        var groups = discovery.Resources.Select(r => (r.Name, r.Group)).Distinct().ToLookup(r => r.Name, r => r.Group, StringComparer.Ordinal);
        Dictionary<(string Group, string Word), (long Count, HashSet<string> Verbs)> mentions = [];
        foreach (var (role, count) in granted)
        {
            foreach (var (mention, verbs) in role.Rules.SelectMany(r => MentionsOf(r, groups).Select(m => (m, r.Verbs))).GroupBy(m => m.m, m => m.Verbs)
                .Select(g => (g.Key, g.SelectMany(v => v))))
            {
                var (known, all) = mentions.TryGetValue(mention, out var found) ? found : (0, []);
                all.UnionWith(verbs);
                mentions[mention] = (known + count, all);
            }
        }

        return mentions.Count == 0
            ? [.. _usual.Select(u => MatrixResource.Of(u.Group, u.Resource, "", discovery))]
            : [.. mentions.OrderByDescending(m => m.Value.Count).ThenBy(m => m.Key.Group, StringComparer.Ordinal).ThenBy(m => m.Key.Word, StringComparer.Ordinal)
                .Select(m => Of(m.Key.Group, m.Key.Word, m.Value.Verbs))];

        MatrixResource Of(string group, string word, HashSet<string> verbs) => word.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? MatrixResource.Of(group, word[..slash], word[(slash + 1)..], discovery, verbs)
            : MatrixResource.Of(group, word, "", discovery, verbs);
    }

    private static IEnumerable<(string Group, string Word)> MentionsOf(PolicyRule rule, ILookup<string, string> groupsOf)
    {
        foreach (var word in rule.Resources.Where(r => r.Length > 0 && !r.Contains('*', StringComparison.Ordinal)))
        {
            var known = groupsOf[word.Split('/')[0]];
            var groups = rule.ApiGroups.Contains(RbacNames.All) ? known : rule.ApiGroups.Where(g => known.Contains(g) || !rule.ApiGroups.Any(known.Contains));
            foreach (var group in groups)
            {
                yield return (group, word);
            }
        }
    }

    private static IEnumerable<RbacBinding> BindingsOf(PolicySet policy, bool includeDefaults) =>
        policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
            .Where(b => includeDefaults || !b.Metadata.Labels.ContainsKey(Bootstrapping));

    private static Subject? Resolved(Subject subject, RbacBinding binding) => subject switch
    {
        { Name: "" } => null,
        { Kind: RbacNames.UserKind } => Subject.OfUserName(subject.Name),
        { Kind: RbacNames.GroupKind } => Subject.Group(subject.Name),
        { Kind: RbacNames.ServiceAccountKind } when subject.Namespace.Length > 0 || binding.IsNamespaced =>
            Subject.ServiceAccount(subject.Namespace.Length > 0 ? subject.Namespace : binding.Metadata.Namespace, subject.Name),
        _ => null,
    };

    private static int RankOf(Subject subject) => subject.Kind switch
    {
        RbacNames.UserKind => 0,
        RbacNames.GroupKind => 1,
        _ => 2,
    };
}

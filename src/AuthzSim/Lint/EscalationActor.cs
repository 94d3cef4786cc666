using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>A subject with all it is sure to have: what bindings give it, and the groups it is in by its name.</summary>
internal sealed class EscalationActor
{
    private readonly Dictionary<string, AccessNode> _inNamespace = new(StringComparer.Ordinal);
    private readonly LintContext _context;
    private readonly List<IdentityGrants> _grants;

    private readonly Func<RbacRole, bool> _isDangerous;
    private readonly bool _isDangerousEverywhere;

    public EscalationActor(
        SubjectIdentity identity, IdentityGrants own, Dictionary<SubjectIdentity, IdentityGrants> all, LintContext context, Func<RbacRole, bool> isDangerous)
    {
        (Identity, Subject, _context, _isDangerous) = (identity, identity.ToSubject(), context, isDangerous);
        _grants = [own, .. ImpliedGroups(Subject).Select(g => all.GetValueOrDefault(g)).OfType<IdentityGrants>()];
        _isDangerousEverywhere = ClusterEntries.Any(e => isDangerous(e.Role));
        IsDangerous = _isDangerousEverywhere || _grants.Exists(g => g.ByNamespace.Values.Any(l => l.Exists(e => isDangerous(e.Role))));
        Cluster = IsDangerous ? context.Algebra.Union(ClusterEntries.Select(e => context.NodesOf(e.Role).Resources).Distinct()) : AccessNode.Empty;
    }

    /// <summary>True when it has something somewhere that a first step needs.</summary>
    public bool IsDangerous { get; }

    public SubjectIdentity Identity { get; }

    public Subject Subject { get; }

    /// <summary>What it may in every namespace and cluster-wide.</summary>
    public AccessNode Cluster { get; }

    public IEnumerable<GrantEntry> ClusterEntries => _grants.SelectMany(g => g.ClusterWide);

    public IEnumerable<GrantEntry> EntriesIn(string @namespace) =>
        _grants.SelectMany(g => g.ByNamespace.GetValueOrDefault(@namespace) ?? []);

    /// <summary>Where bindings that may be edited give it something of its own.</summary>
    public IEnumerable<GrantEntry> OwnEntries => _grants[0].ClusterWide.Concat(_grants[0].ByNamespace.Values.SelectMany(e => e)).Where(e => !e.IsDefault);

    /// <summary>The groups that come with a name.</summary>
    public static IEnumerable<SubjectIdentity> ImpliedGroups(Subject subject)
    {
        if (subject.Name is not (WellKnownUsers.Anonymous or WellKnownUsers.Authenticated or WellKnownUsers.Unauthenticated))
        {
            yield return new SubjectIdentity(true, WellKnownUsers.Authenticated);
        }

        if (subject.Kind == RbacNames.ServiceAccountKind)
        {
            yield return new SubjectIdentity(true, WellKnownUsers.ServiceAccounts);
            yield return new SubjectIdentity(true, $"{WellKnownUsers.ServiceAccounts}:{subject.Namespace}");
        }
    }

    /// <summary>True when it has something in the namespace that a first step needs.</summary>
    public bool IsDangerousIn(string @namespace) => _isDangerousEverywhere || EntriesIn(@namespace).Any(e => _isDangerous(e.Role));

    /// <summary>What it may in a namespace; <c>""</c> is the cluster scope.</summary>
    public AccessNode At(string @namespace)
    {
        if (@namespace.Length == 0)
        {
            return Cluster;
        }

        if (!_inNamespace.TryGetValue(@namespace, out var node))
        {
            node = EntriesIn(@namespace).Aggregate(Cluster, (sum, e) => _context.Algebra.Union(sum, _context.NodesOf(e.Role).Resources));
            _inNamespace.Add(@namespace, node);
        }

        return node;
    }

    public bool May(string @namespace, string verb, string group, string resource, string subresource = "", string name = "") =>
        May(At(@namespace), verb, group, resource, subresource, name);

    /// <summary>True when it may for some name at least.</summary>
    public bool MayForSome(string @namespace, string verb, string group, string resource, string subresource = "") =>
        At(@namespace).At(group).At(subresource).At(resource) is var names && (names is ValueNode values
            ? values.Children.Append(values.Other).Any(n => n.At(verb).IsFull)
            : names.IsFull);

    public static bool May(AccessNode node, string verb, string group, string resource, string subresource, string name) =>
        node.At(group).At(subresource).At(resource).At(name).At(verb).IsFull;
}

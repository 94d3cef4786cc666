using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Lint;

/// <summary>A subject with all it is sure to have: what bindings give it, and the groups it is in by its name.</summary>
internal sealed class EscalationActor
{
    private readonly Dictionary<string, AccessNode[]> _inNamespace = new(StringComparer.Ordinal);
    private readonly LintContext _context;
    private readonly List<IdentityGrants> _grants;
    private readonly AccessNode[] _everywhere;

    public EscalationActor(
        SubjectIdentity identity, IdentityGrants own, Dictionary<SubjectIdentity, IdentityGrants> all, LintContext context, Func<RbacRole, bool> isDangerous)
    {
        (Identity, Subject, _context) = (identity, identity.ToSubject(), context);
        _grants = [own, .. ImpliedGroups(Subject).Select(g => all.GetValueOrDefault(g)).OfType<IdentityGrants>()];
        IsDangerousEverywhere = ClusterEntries.Any(e => isDangerous(e.Role));
        DangerousNamespaces = [.. _grants.SelectMany(g => g.ByNamespace).Where(n => n.Value.Exists(e => isDangerous(e.Role))).Select(n => n.Key).Distinct(StringComparer.Ordinal)];
        _everywhere = [.. ClusterEntries.Select(e => context.NodesOf(e.Role).Resources).Distinct()];
    }

    /// <summary>True when it has something somewhere that a first step needs.</summary>
    public bool IsDangerous => IsDangerousEverywhere || DangerousNamespaces.Length > 0;

    /// <summary>True when it has such a thing in every namespace.</summary>
    public bool IsDangerousEverywhere { get; }

    /// <summary>The namespaces whose bindings give it such a thing.</summary>
    public string[] DangerousNamespaces { get; }

    public SubjectIdentity Identity { get; }

    public Subject Subject { get; }

    /// <summary>True when it may everything everywhere.</summary>
    public bool IsClusterAdmin => IsDangerousEverywhere && _context.Algebra.Union(_everywhere).IsFull;

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

    /// <summary>True when a binding of the namespace gives it something.</summary>
    public bool HasEntriesIn(string @namespace) => _grants.Exists(g => g.ByNamespace.ContainsKey(@namespace));

    /// <summary>True when it may in a namespace, <c>""</c> being the cluster scope. A single request needs no union of what bindings give.</summary>
    public bool May(string @namespace, string verb, string group, string resource, string subresource = "", string name = "")
    {
        foreach (var node in NodesAt(@namespace))
        {
            if (node.At(group).At(subresource).At(resource).At(name).At(verb).IsFull)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when it may for some name at least.</summary>
    public bool MayForSome(string @namespace, string verb, string group, string resource, string subresource = "") =>
        NodesAt(@namespace).Any(node => node.At(group).At(subresource).At(resource) is var names && (names is ValueNode values
            ? values.Children.Append(values.Other).Any(n => n.At(verb).IsFull)
            : names.IsFull));

    private AccessNode[] NodesAt(string @namespace)
    {
        if (@namespace.Length == 0 || !HasEntriesIn(@namespace))
        {
            return _everywhere;
        }

        if (!_inNamespace.TryGetValue(@namespace, out var nodes))
        {
            nodes = [.. _everywhere, .. EntriesIn(@namespace).Select(e => _context.NodesOf(e.Role).Resources).Distinct()];
            _inNamespace.Add(@namespace, nodes);
        }

        return nodes;
    }
}

using AuthzSim.Analysis;
using AuthzSim.Rbac;

namespace AuthzSim.Lint;

/// <summary>What all searches of one policy share.</summary>
internal sealed class LintContext
{
    private const string Bootstrapping = "kubernetes.io/bootstrapping";
    private readonly RoleAccess _access = new();
    private readonly HashSet<ClusterRole> _aggregated = new(ReferenceEqualityComparer.Instance);

    public LintContext(PolicySet policy)
    {
        Policy = policy;
        Resolver = new RuleResolver(policy);
        List<LabelSelectorMatcher> selectors = [];
        foreach (var selector in policy.ClusterRoles.SelectMany(r => r.AggregationRule?.ClusterRoleSelectors ?? []))
        {
            if (LabelSelectorMatcher.TryCreate(selector, out var matcher))
            {
                selectors.Add(matcher);
            }
        }

        _aggregated.UnionWith(policy.ClusterRoles.Where(r => selectors.Exists(s => s.Matches(r.Metadata.Labels))));
    }

    public PolicySet Policy { get; }

    public RuleResolver Resolver { get; }

    public NodeAlgebra Algebra => _access.Algebra;

    /// <summary>All bindings that can count, in the order in which they are walked.</summary>
    public IEnumerable<RbacBinding> Bindings => Policy.ClusterRoleBindings.AsEnumerable<RbacBinding>()
        .Concat(Policy.RoleBindings.Where(b => b.Metadata.Namespace.Length > 0));

    /// <summary>The roles that references find: of several of one name the last.</summary>
    public IEnumerable<RbacRole> Roles => Policy.ClusterRoles.AsEnumerable<RbacRole>().Concat(Policy.Roles).Where(IsFound);

    /// <summary>What a role allows.</summary>
    public RuleNodes NodesOf(RbacRole role) => _access.NodesOf(role);

    /// <summary>What one rule of a role allows; on URLs only in a cluster role.</summary>
    public RuleNodes NodesOf(RbacRole role, int rule) =>
        role.IsNamespaced ? _access.Of(role).Rules[rule] with { Urls = AccessNode.Empty } : _access.Of(role).Rules[rule];

    /// <summary>True for an object the API server itself keeps: it is looked at, but nothing is said of it.</summary>
    public static bool IsDefault(RbacObject @object) => @object.Metadata.Labels.ContainsKey(Bootstrapping);

    /// <summary>True when the rules of a role come from others, so that they cannot be edited in it.</summary>
    public static bool IsAggregate(RbacRole role) => role is ClusterRole { AggregationRule: not null };

    /// <summary>True when an aggregated role takes the role's rules.</summary>
    public bool IsAggregated(RbacRole role) => role is ClusterRole clusterRole && _aggregated.Contains(clusterRole);

    public static string Name(RbacObject @object) => @object.IsNamespaced
        ? $"{@object.Kind} `{@object.Metadata.Namespace}/{@object.Metadata.Name}`"
        : $"{@object.Kind} `{@object.Metadata.Name}`";

    public static string Name(SubjectIdentity identity) => Name(identity.ToSubject());

    public static string Name(Subject subject) => subject.Kind == RbacNames.ServiceAccountKind
        ? $"{subject.Kind} `{subject.Namespace}/{subject.Name}`"
        : $"{subject.Kind} `{subject.Name}`";

    /// <summary>Where something is, with <c>see </c> before it; nothing when it is unknown.</summary>
    public static string See(SourceLocation location) => location is { IsKnown: true, Line: > 0 } && !location.Path!.StartsWith('(') ? $" ({location.ToShortString()})" : "";

    private bool IsFound(RbacRole role) => ReferenceEquals(role, Resolver.RoleOf(new RoleBinding
    {
        Metadata = new ObjectMeta { Namespace = role.Metadata.Namespace },
        RoleRef = role.IsNamespaced ? RoleRef.Role(role.Metadata.Name) : RoleRef.ClusterRole(role.Metadata.Name),
    }));
}

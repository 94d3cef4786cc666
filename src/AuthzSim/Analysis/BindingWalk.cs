using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Analysis;

/// <summary>
/// Counts the steps of an API server's walk, which are those of <see cref="RuleResolver"/> until a rule allows. Where a
/// request is allowed the count depends on the order of bindings: policy order stands for the order of the server's cache,
/// which is not defined. A denial walks everything, in any order.
/// </summary>
public sealed class BindingWalk
{
    private readonly RuleResolver _resolver;
    private readonly ImmutableArray<ClusterRoleBinding> _cluster;
    private readonly Dictionary<string, ImmutableArray<RoleBinding>> _namespaces;
    private readonly ImmutableDictionary<(string Namespace, string Name), RbacRole> _replaced;

    /// <summary>Prepares the walks over a policy.</summary>
    /// <param name="policy">The policy.</param>
    public BindingWalk(PolicySet policy)
        : this(new RuleResolver(policy), policy.ClusterRoleBindings, ByNamespace(policy.RoleBindings), ImmutableDictionary<(string, string), RbacRole>.Empty)
    {
    }

    private BindingWalk(
        RuleResolver resolver,
        ImmutableArray<ClusterRoleBinding> cluster,
        Dictionary<string, ImmutableArray<RoleBinding>> namespaces,
        ImmutableDictionary<(string Namespace, string Name), RbacRole> replaced)
    {
        _resolver = resolver;
        _cluster = cluster;
        _namespaces = namespaces;
        _replaced = replaced;
    }

    internal ImmutableArray<ClusterRoleBinding> ClusterRoleBindings => _cluster;

    /// <summary>What a request costs; nothing for members of <c>system:masters</c>, who are let through before RBAC.</summary>
    /// <param name="attributes">The request.</param>
    public WalkCost CostOf(in RequestAttributes attributes) => CostOf(attributes, tally: null);

    internal WalkCost CostOf(in RequestAttributes attributes, WalkTally? tally)
    {
        if (attributes.User.Groups.Contains(RbacNames.SystemMasters))
        {
            return default;
        }

        var cost = default(WalkCost);
        if (!IsAllowed(_cluster.AsSpan(), "", attributes, ref cost, tally) && attributes.Namespace.Length > 0)
        {
            IsAllowed(RoleBindingsIn(attributes.Namespace).AsSpan(), attributes.Namespace, attributes, ref cost, tally);
        }

        return cost;
    }

    internal ImmutableArray<RoleBinding> RoleBindingsIn(string @namespace) => _namespaces.GetValueOrDefault(@namespace, []);

    /// <summary>The walks after changes to objects whose names are theirs alone; this one stays as it is. Roles can be replaced only.</summary>
    internal BindingWalk With(IReadOnlyCollection<PolicyChange> changes)
    {
        var cluster = changes.Where(c => c.Kind == RbacNames.ClusterRoleBindingKind).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var namespaces = new Dictionary<string, ImmutableArray<RoleBinding>>(_namespaces, StringComparer.Ordinal);
        foreach (var group in changes.Where(c => c.Kind == RbacNames.RoleBindingKind).GroupBy(c => c.Namespace, StringComparer.Ordinal))
        {
            namespaces[group.Key] = Replaced(RoleBindingsIn(group.Key), group.ToDictionary(c => c.Name, StringComparer.Ordinal));
        }

        var roles = changes.Select(c => c.Object).OfType<RbacRole>().Select(r => KeyValuePair.Create((NamespaceOf(r), r.Metadata.Name), r));
        return new BindingWalk(_resolver, cluster.Count == 0 ? _cluster : Replaced(_cluster, cluster), namespaces, _replaced.SetItems(roles));
    }

    private bool IsAllowed<T>(
        ReadOnlySpan<T> bindings, string @namespace, in RequestAttributes attributes, ref WalkCost cost, WalkTally? tally)
        where T : RbacBinding
    {
        long visited = 0, subjects = 0, rules = 0;
        var isAllowed = false;
        foreach (var binding in bindings)
        {
            visited++;
            var compared = IndexOfSubject(binding, attributes.User, @namespace) is >= 0 and var index ? index + 1 : ~binding.Subjects.Length;
            subjects += compared < 0 ? ~compared : compared;
            tally?.Compared(binding, compared < 0 ? ~compared : compared);
            if (compared < 0 || RoleOf(binding) is not { } role)
            {
                continue;
            }

            var matched = IndexOfRule(role, attributes) is >= 0 and var rule ? rule + 1 : ~role.Rules.Length;
            isAllowed = matched > 0;
            rules += isAllowed ? matched : ~matched;
            tally?.Matched(role, binding.Subjects[compared - 1], @namespace, isAllowed ? matched : ~matched);
            if (isAllowed)
            {
                break;
            }
        }

        tally?.Visited(@namespace, visited);
        cost += new WalkCost(visited, subjects, rules);
        return isAllowed;
    }

    private static int IndexOfSubject(RbacBinding binding, UserInfo user, string @namespace)
    {
        for (var i = 0; i < binding.Subjects.Length; i++)
        {
            if (RuleResolver.AppliesToUser(user, binding.Subjects[i], @namespace))
            {
                return i;
            }
        }

        return -1;
    }

    private static int IndexOfRule(RbacRole role, in RequestAttributes attributes)
    {
        for (var i = 0; i < role.Rules.Length; i++)
        {
            if (RuleMatcher.RuleAllows(attributes, role.Rules[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private RbacRole? RoleOf(RbacBinding binding) =>
        _resolver.RoleOf(binding) is { } role ? _replaced.GetValueOrDefault((NamespaceOf(role), role.Metadata.Name), role) : null;

    // A role without a namespace is no cluster role, so the two must not share a key.
    private static string NamespaceOf(RbacRole role) => role.IsNamespaced ? "/" + role.Metadata.Namespace : "";

    private static ImmutableArray<T> Replaced<T>(ImmutableArray<T> bindings, Dictionary<string, PolicyChange> changes)
        where T : RbacBinding =>
        [.. bindings.Select(b => changes.TryGetValue(b.Metadata.Name, out var change) ? (T?)change.Object : b).OfType<T>()];

    private static Dictionary<string, ImmutableArray<RoleBinding>> ByNamespace(ImmutableArray<RoleBinding> bindings) =>
        bindings.GroupBy(b => b.Metadata.Namespace, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
}

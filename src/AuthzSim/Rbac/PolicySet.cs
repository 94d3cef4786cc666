using System.Collections.Immutable;

namespace AuthzSim.Rbac;

/// <summary>
/// All RBAC objects considered together, in policy order, with the namespaces, service accounts and custom resources that
/// came with them. Immutable. Nothing here is validated: the evaluator answers for odd objects too, as upstream's does.
/// </summary>
public sealed record PolicySet
{
    /// <summary>A policy that grants nothing.</summary>
    public static PolicySet Empty { get; } = new();

    /// <summary>Cluster roles in policy order.</summary>
    public ImmutableArray<ClusterRole> ClusterRoles { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Roles of all namespaces in policy order.</summary>
    public ImmutableArray<Role> Roles { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Cluster role bindings in policy order: the order in which they are walked.</summary>
    public ImmutableArray<ClusterRoleBinding> ClusterRoleBindings { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Role bindings of all namespaces in policy order: those of one namespace are walked in this order.</summary>
    public ImmutableArray<RoleBinding> RoleBindings { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Namespaces the input declares. A namespace need not be declared to be asked about.</summary>
    public ImmutableArray<Namespace> Namespaces { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Service accounts the input declares.</summary>
    public ImmutableArray<ServiceAccount> ServiceAccounts { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Custom resources the input declares; they extend the types a question may name.</summary>
    public ImmutableArray<CustomResourceDefinition> CustomResourceDefinitions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How many roles and bindings there are.</summary>
    public int Count => ClusterRoles.Length + Roles.Length + ClusterRoleBindings.Length + RoleBindings.Length;

    /// <summary>The four kinds one after the other: cluster roles, roles, cluster role bindings, role bindings.</summary>
    public IEnumerable<RbacObject> Objects => [.. ClusterRoles, .. Roles, .. ClusterRoleBindings, .. RoleBindings];

    /// <summary>
    /// Every namespace that is declared, or that a role or role binding lives in; each once, in ordinal order.
    /// </summary>
    public ImmutableArray<string> NamespaceNames() =>
    [
        .. Namespaces.Select(n => n.Name)
            .Concat(Roles.Select(r => r.Metadata.Namespace))
            .Concat(RoleBindings.Select(b => b.Metadata.Namespace))
            .Where(n => n.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// This policy with <paramref name="defaults"/> put before it: a default object stays out when an object of the same
    /// kind, namespace and name is here.
    /// </summary>
    /// <param name="defaults">The policy to fall back to, usually the default policy every cluster has.</param>
    public PolicySet WithDefaults(PolicySet defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return this with
        {
            ClusterRoles = Join(defaults.ClusterRoles, ClusterRoles),
            Roles = Join(defaults.Roles, Roles),
            ClusterRoleBindings = Join(defaults.ClusterRoleBindings, ClusterRoleBindings),
            RoleBindings = Join(defaults.RoleBindings, RoleBindings),
        };
    }

    /// <summary>
    /// This policy with changes applied in order. Aggregated roles are not recomputed: <see cref="ClusterRoleAggregation.Apply"/>
    /// does that. Of several objects of a name a change means the last.
    /// </summary>
    /// <param name="changes">The changes.</param>
    public PolicySet With(params IReadOnlyCollection<PolicyChange> changes) => With(changes, out _);

    /// <summary>As <see cref="With(IReadOnlyCollection{PolicyChange})"/>, and says what there was nothing to remove for.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="missing">The removals of objects that were not there when their turn came, in the order given.</param>
    public PolicySet With(IReadOnlyCollection<PolicyChange> changes, out ImmutableArray<PolicyChange> missing)
    {
        ArgumentNullException.ThrowIfNull(changes);
        HashSet<PolicyChange> unmet = new(ReferenceEqualityComparer.Instance);
        var changed = this with
        {
            ClusterRoles = Changed(ClusterRoles, RbacNames.ClusterRoleKind, changes, unmet),
            Roles = Changed(Roles, RbacNames.RoleKind, changes, unmet),
            ClusterRoleBindings = Changed(ClusterRoleBindings, RbacNames.ClusterRoleBindingKind, changes, unmet),
            RoleBindings = Changed(RoleBindings, RbacNames.RoleBindingKind, changes, unmet),
        };
        missing = [.. changes.Where(unmet.Contains)];
        return changed;
    }

    private static ImmutableArray<T> Changed<T>(
        ImmutableArray<T> list, string kind, IReadOnlyCollection<PolicyChange> changes, HashSet<PolicyChange> missing)
        where T : RbacObject
    {
        List<PolicyChange> own = [.. changes.Where(c => c.Kind == kind)];
        if (own.Count == 0)
        {
            return list;
        }

        List<T?> result = [.. list];
        var names = own.ConvertAll(c => (c.Namespace, c.Name)).ToHashSet();
        Dictionary<(string Namespace, string Name), List<int>> places = [];
        for (var i = 0; i < list.Length; i++)
        {
            var key = (list[i].IsNamespaced ? list[i].Metadata.Namespace : "", list[i].Metadata.Name);
            if (names.Contains(key))
            {
                Place(key, i);
            }
        }

        foreach (var change in own)
        {
            var key = (change.Namespace, change.Name);
            var there = places.GetValueOrDefault(key, []);
            if (there.Count > 0)
            {
                result[there[^1]] = (T?)change.Object;
                if (change.Object is null)
                {
                    there.RemoveAt(there.Count - 1);
                }
            }
            else if (change.Object is T added)
            {
                Place(key, result.Count);
                result.Add(added);
            }
            else
            {
                missing.Add(change);
            }
        }

        return [.. result.OfType<T>()];

        void Place((string, string) key, int place)
        {
            if (!places.TryGetValue(key, out var there))
            {
                places.Add(key, there = []);
            }

            there.Add(place);
        }
    }

    private static ImmutableArray<T> Join<T>(ImmutableArray<T> defaults, ImmutableArray<T> own)
        where T : RbacObject
    {
        // The defaults are few and the input may be large, so the set is made of the defaults.
        var missing = defaults.Select(Key).ToHashSet();
        foreach (var item in own)
        {
            missing.Remove(Key(item));
        }

        return missing.Count == 0 ? own : own.InsertRange(0, defaults.Where(d => missing.Contains(Key(d))));
    }

    private static (string Namespace, string Name) Key(RbacObject o) => (o.Metadata.Namespace, o.Metadata.Name);
}

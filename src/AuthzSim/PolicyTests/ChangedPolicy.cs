using AuthzSim.Rbac;

namespace AuthzSim.PolicyTests;

/// <summary>A policy to which changes are applied one by one.</summary>
internal sealed class ChangedPolicy(PolicySet policy)
{
    private readonly ChangedObjects<ClusterRole> _clusterRoles = new(policy.ClusterRoles);
    private readonly ChangedObjects<Role> _roles = new(policy.Roles);
    private readonly ChangedObjects<ClusterRoleBinding> _clusterRoleBindings = new(policy.ClusterRoleBindings);
    private readonly ChangedObjects<RoleBinding> _roleBindings = new(policy.RoleBindings);

    /// <summary>Applies a change; false when it deletes an object that is not there.</summary>
    public bool Apply(PolicyChange change) => change.Kind switch
    {
        RbacNames.ClusterRoleKind => _clusterRoles.Apply(change),
        RbacNames.RoleKind => _roles.Apply(change),
        RbacNames.ClusterRoleBindingKind => _clusterRoleBindings.Apply(change),
        _ => _roleBindings.Apply(change),
    };

    public PolicySet ToPolicySet() => policy with
    {
        ClusterRoles = [.. _clusterRoles.Items],
        Roles = [.. _roles.Items],
        ClusterRoleBindings = [.. _clusterRoleBindings.Items],
        RoleBindings = [.. _roleBindings.Items],
    };

    private sealed class ChangedObjects<T>(IReadOnlyList<T> before)
        where T : RbacObject
    {
        private readonly List<T?> _items = [.. before];
        private readonly Lazy<Dictionary<(string Namespace, string Name), List<int>>> _places = new(() => PlacesOf(before));

        public IEnumerable<T> Items => _items.OfType<T>();

        public bool Apply(PolicyChange change)
        {
            var key = (change.Namespace, change.Name);
            var isThere = _places.Value.Remove(key, out var places);
            foreach (var place in places ?? [])
            {
                _items[place] = null;
            }

            if (change.Object is T put)
            {
                var place = places?[^1] ?? _items.Count;
                if (place == _items.Count)
                {
                    _items.Add(null);
                }

                _items[place] = put;
                _places.Value.Add(key, [place]);
            }

            return isThere || change.Object is not null;
        }

        private static Dictionary<(string Namespace, string Name), List<int>> PlacesOf(IReadOnlyList<T> items)
        {
            Dictionary<(string Namespace, string Name), List<int>> places = [];
            for (var i = 0; i < items.Count; i++)
            {
                var key = (items[i].IsNamespaced ? items[i].Metadata.Namespace : "", items[i].Metadata.Name);
                if (!places.TryGetValue(key, out var same))
                {
                    places.Add(key, same = []);
                }

                same.Add(i);
            }

            return places;
        }
    }
}

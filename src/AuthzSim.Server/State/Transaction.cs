using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Server.State;

/// <summary>Changes that are made together or not at all. Belongs to one thread.</summary>
internal sealed class Transaction(StoreState before, DateTimeOffset at) : IRbacStorage
{
    private const string AggregationController = "clusterrole-aggregation-controller";

    private readonly ImmutableSortedSet<StoredObject>[] _objects = [.. before.Objects];
    private readonly List<PolicyChange> _policyChanges = [];
    private readonly List<ClusterRole> _changedClusterRoles = [];
    private ImmutableHashSet<string> _aggregated = before.Aggregated;

    /// <summary>Now.</summary>
    public DateTimeOffset At => at;

    /// <summary>The changes so far.</summary>
    public List<ObjectEvent> Events { get; } = [];

    public long Version { get; private set; } = before.Version;

    public bool HasNamespaces => true;

    public StoredObject? Find(ServedResource resource, string @namespace, string name) =>
        _objects[resource.Index].TryGetValue(ObjectOrder.Probe(resource, @namespace, name), out var found) ? found : null;

    public RbacObject? Find(string kind, string @namespace, string name) => Find(ServedResource.OfKind(kind), @namespace, name)?.WithServerFields();

    public Namespace? FindNamespace(string name) => Find(ServedResource.Namespaces, "", name) is { } found
        ? new Namespace(name) { IsTerminating = found.DeletedAt is not null }
        : null;

    /// <summary>By the policy before this transaction.</summary>
    public IEnumerable<RbacBinding> BindingsOf(UserInfo user, string @namespace) => before.Policy.BindingsOf(user, @namespace)
        .OrderBy(b => b.IsNamespaced).ThenBy(b => b.Metadata.Name, Comparer<string>.Create(GoText.CompareBytes));

    /// <summary>The objects of a resource in a namespace, as they are now.</summary>
    public IEnumerable<StoredObject> In(ServedResource resource, string @namespace) =>
        (before with { Objects = [.. _objects] }).List(resource, @namespace);

    /// <summary>Puts an object in place; gives it back with its version.</summary>
    public StoredObject Put(StoredObject item)
    {
        var index = item.Resource.Index;
        var previous = Find(item.Resource, item.Namespace, item.Name);
        var stored = item with { Version = ++Version };
        _objects[index] = (previous is null ? _objects[index] : _objects[index].Remove(previous)).Add(stored);
        Events.Add(new ObjectEvent(stored, previous, IsDeletion: false));
        if (stored.Rbac is { } rbac)
        {
            _policyChanges.Add(PolicyChange.Put(rbac));
            NoteClusterRole(previous?.Rbac);
            NoteClusterRole(rbac);
        }

        return stored;
    }

    /// <summary>Removes an object that is there.</summary>
    public void Delete(StoredObject item)
    {
        var index = item.Resource.Index;
        _objects[index] = _objects[index].Remove(item);
        Events.Add(new ObjectEvent(item with { Version = ++Version }, item, IsDeletion: true));
        if (item.Rbac is { } rbac)
        {
            _policyChanges.Add(PolicyChange.Delete(rbac.Kind, item.Namespace, item.Name));
            NoteClusterRole(rbac);
            _aggregated = rbac is ClusterRole ? _aggregated.Remove(item.Name) : _aggregated;
        }
    }

    /// <summary>What everything is like afterwards. The rules of aggregated roles are made anew first.</summary>
    public StoreState Complete()
    {
        if (IsAggregationTouched())
        {
            Aggregate();
        }

        return new StoreState(Version, [.. _objects], _aggregated, _policyChanges.Count == 0 ? before.Policy : before.Policy.With([.. _policyChanges]));
    }

    private void NoteClusterRole(RbacObject? rbac)
    {
        if (rbac is ClusterRole role)
        {
            _changedClusterRoles.Add(role);
            _aggregated = role.AggregationRule is null ? _aggregated.Remove(role.Metadata.Name) : _aggregated.Add(role.Metadata.Name);
        }
    }

    /// <summary>True when an aggregated role was changed, or one that such a role takes its rules from, before or after.</summary>
    private bool IsAggregationTouched() => _changedClusterRoles.Count > 0 && _aggregated.Any(name =>
    {
        var rule = ((ClusterRole)Find(ServedResource.ClusterRoles, "", name)!.Rbac!).AggregationRule!;
        return _changedClusterRoles.Any(changed => changed.Metadata.Name == name
            || rule.ClusterRoleSelectors.Any(s => LabelSelectorMatcher.TryCreate(s, out var matcher) && matcher.Matches(changed.Metadata.Labels)));
    });

    private void Aggregate()
    {
        StoredObject[] stored = [.. _objects[ServedResource.ClusterRoles.Index]];
        var aggregated = ClusterRoleAggregation.Apply(new PolicySet { ClusterRoles = [.. stored.Select(s => (ClusterRole)s.Rbac!)] }).ClusterRoles;
        for (var i = 0; i < stored.Length; i++)
        {
            if (!ReferenceEquals(aggregated[i], stored[i].Rbac))
            {
                Put(ObjectJson.WithManager(stored[i], stored[i] with { Rbac = aggregated[i] }, AggregationController, at));
            }
        }
    }
}

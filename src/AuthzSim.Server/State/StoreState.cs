using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>Everything as it stood at one version, and the policy it makes. Immutable.</summary>
/// <param name="Version">The resourceVersion of the last change.</param>
/// <param name="Objects">The objects of each resource, by <see cref="ServedResource.Index"/>.</param>
/// <param name="Aggregated">The names of the cluster roles that have an aggregation rule.</param>
/// <param name="Policy">The policy.</param>
internal sealed record StoreState(
    long Version, ImmutableArray<ImmutableSortedSet<StoredObject>> Objects, ImmutableHashSet<string> Aggregated, CompiledPolicy Policy)
    : VersionedObjects(Version, Objects)
{
    /// <summary>A state, its policy compiled.</summary>
    /// <param name="version">The resourceVersion of the last change.</param>
    /// <param name="objects">The objects of each resource.</param>
    /// <param name="policy">The same roles and bindings in the order in which they are to be walked; null for storage order.</param>
    public static StoreState Of(long version, ImmutableArray<ImmutableSortedSet<StoredObject>> objects, PolicySet? policy = null)
    {
        var roles = objects[ServedResource.ClusterRoles.Index];
        return new StoreState(
            version, objects,
            [.. roles.Where(r => r.Rbac is ClusterRole { AggregationRule: not null }).Select(r => r.Name)],
            CompiledPolicy.Compile(policy ?? PolicyOf(objects)));
    }

    /// <summary>The roles and bindings, with the namespaces and service accounts.</summary>
    public PolicySet ToPolicySet() => PolicyOf(Objects) with
    {
        Namespaces = [.. Of(ServedResource.Namespaces).Select(n => new Namespace(n.Name) { IsTerminating = n.DeletedAt is not null })],
        ServiceAccounts = [.. Of(ServedResource.ServiceAccounts).Select(a => new ServiceAccount(a.Namespace, a.Name))],
    };

    private static PolicySet PolicyOf(ImmutableArray<ImmutableSortedSet<StoredObject>> objects) => new()
    {
        ClusterRoles = [.. objects[ServedResource.ClusterRoles.Index].Select(o => (ClusterRole)o.Rbac!)],
        Roles = [.. objects[ServedResource.Roles.Index].Select(o => (Role)o.Rbac!)],
        ClusterRoleBindings = [.. objects[ServedResource.ClusterRoleBindings.Index].Select(o => (ClusterRoleBinding)o.Rbac!)],
        RoleBindings = [.. objects[ServedResource.RoleBindings.Index].Select(o => (RoleBinding)o.Rbac!)],
    };
}

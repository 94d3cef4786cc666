using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Generation;

/// <summary>
/// Makes RBAC sets like those of large clusters, and requests to put to them. Equal options give the same sequence on every
/// machine and every time; each object and request is made when it is asked for and none is kept, so memory does not grow
/// with the fleet. Safe to use from several threads.
/// </summary>
public sealed class FleetGenerator
{
    private readonly FleetLayout _layout;
    private readonly FleetObjects _objects;
    private readonly RequestMix _requests;

    /// <summary>Makes a generator; no object is generated yet.</summary>
    /// <param name="options">How large a fleet, and which.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A count is negative, too small for the shape (one user and namespace at least, three cluster roles unless wide), there
    /// are more cluster role bindings than bindings, or more objects than an <see cref="int"/> counts.
    /// </exception>
    public FleetGenerator(FleetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _layout = new FleetLayout(options);
        var grants = new FleetGrants(_layout);
        _objects = new FleetObjects(_layout, grants);
        _requests = new RequestMix(_layout, grants, _objects);
    }

    /// <summary>How many objects there are.</summary>
    public int Count => _layout.ClusterRoles + _layout.Roles + _layout.Bindings;

    /// <summary>
    /// The objects one by one: cluster roles, roles, cluster role bindings, role bindings, those of a namespace together.
    /// Each is valid for the API server, and each reference leads to a role that came before.
    /// </summary>
    public IEnumerable<RbacObject> Objects() =>
        ClusterRoles().Concat<RbacObject>(Roles()).Concat(ClusterRoleBindings()).Concat(RoleBindings());

    /// <summary>All the objects as one policy, in the order of <see cref="Objects"/>.</summary>
    public PolicySet ToPolicySet() => new()
    {
        ClusterRoles = [.. ClusterRoles()],
        Roles = [.. Roles()],
        ClusterRoleBindings = [.. ClusterRoleBindings()],
        RoleBindings = [.. RoleBindings()],
    };

    /// <summary>
    /// Requests to the fleet: about half allowed, by users, members of groups and service accounts; the rest denied, some from
    /// strangers. A few are for URLs, some for subresources, names and the whole cluster. Always the same, whatever the count.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IEnumerable<RequestAttributes> Requests(int count) => Enumerable.Range(0, count).Select(_requests.At);

    private IEnumerable<ClusterRole> ClusterRoles() => Enumerable.Range(0, _layout.ClusterRoles).Select(_objects.ClusterRoleAt);

    private IEnumerable<Role> Roles() => Enumerable.Range(0, _layout.Roles).Select(_objects.RoleAt);

    private IEnumerable<ClusterRoleBinding> ClusterRoleBindings() =>
        Enumerable.Range(0, _layout.ClusterRoleBindings).Select(_objects.ClusterRoleBindingAt);

    private IEnumerable<RoleBinding> RoleBindings() => Enumerable.Range(0, _layout.RoleBindings).Select(_objects.RoleBindingAt);
}

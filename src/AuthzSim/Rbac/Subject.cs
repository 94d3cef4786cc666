using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>Who a binding is for (upstream: <c>rbac.authorization.k8s.io/v1.Subject</c>), kept as written.</summary>
public sealed record Subject
{
    /// <summary><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>; any other kind matches nobody.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The rbac group for users and groups, <c>""</c> for service accounts. Evaluation ignores it.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary>The user's, group's or service account's name, compared exactly.</summary>
    public string Name { get; init; } = "";

    /// <summary>The service account's namespace; <c>""</c> in a RoleBinding means the binding's. Ignored for other kinds.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Where the subject was read.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>A subject of kind User.</summary>
    /// <param name="name">The user's name.</param>
    public static Subject User(string name) => new() { Kind = RbacNames.UserKind, ApiGroup = RbacNames.Group, Name = name };

    /// <summary>A subject of kind Group.</summary>
    /// <param name="name">The group's name.</param>
    public static Subject Group(string name) => new() { Kind = RbacNames.GroupKind, ApiGroup = RbacNames.Group, Name = name };

    /// <summary>A subject of kind ServiceAccount.</summary>
    /// <param name="namespace">The account's namespace; <c>""</c> means that of the RoleBinding.</param>
    /// <param name="name">The account's name.</param>
    public static Subject ServiceAccount(string @namespace, string name) =>
        new() { Kind = RbacNames.ServiceAccountKind, Name = name, Namespace = @namespace };

    /// <summary>The subject that means a user: the service account when the name is one's, else a subject of kind User.</summary>
    /// <param name="userName">The user's name.</param>
    public static Subject OfUserName(string userName) =>
        ServiceAccountNames.TrySplitUserName(userName, out var @namespace, out var name) ? ServiceAccount(@namespace, name) : User(userName);

    /// <inheritdoc/>
    public bool Equals(Subject? other) =>
        other is not null && Kind == other.Kind && ApiGroup == other.ApiGroup && Name == other.Name && Namespace == other.Namespace;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, ApiGroup, Name, Namespace);
}

/// <summary>The role a binding grants (upstream: <c>rbac.authorization.k8s.io/v1.RoleRef</c>).</summary>
public sealed record RoleRef
{
    /// <summary>The rbac group; evaluation ignores it.</summary>
    public string ApiGroup { get; init; } = "";

    /// <summary><c>Role</c> or <c>ClusterRole</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The role's name. A Role is looked up in the binding's namespace.</summary>
    public string Name { get; init; } = "";

    /// <summary>A reference to a ClusterRole.</summary>
    /// <param name="name">The role's name.</param>
    public static RoleRef ClusterRole(string name) =>
        new() { ApiGroup = RbacNames.Group, Kind = RbacNames.ClusterRoleKind, Name = name };

    /// <summary>A reference to a Role.</summary>
    /// <param name="name">The role's name.</param>
    public static RoleRef Role(string name) => new() { ApiGroup = RbacNames.Group, Kind = RbacNames.RoleKind, Name = name };
}

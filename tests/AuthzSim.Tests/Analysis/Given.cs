using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Analysis;

/// <summary>Small policies in few words.</summary>
internal static class Given
{
    public static PolicyRule Rule(string verb, string resource, string apiGroup = "", params string[] names) =>
        new() { Verbs = [verb], ApiGroups = [apiGroup], Resources = [resource], ResourceNames = [.. names] };

    public static PolicyRule Url(string verb, params string[] urls) => new() { Verbs = [verb], NonResourceUrls = [.. urls] };

    public static ClusterRole ClusterRole(string name, params PolicyRule[] rules) =>
        new() { Metadata = new ObjectMeta { Name = name }, Rules = [.. rules] };

    public static Role Role(string @namespace, string name, params PolicyRule[] rules) =>
        new() { Metadata = new ObjectMeta { Name = name, Namespace = @namespace }, Rules = [.. rules] };

    public static ClusterRoleBinding Everywhere(string name, string clusterRole, params Subject[] subjects) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        RoleRef = new RoleRef { ApiGroup = RbacNames.Group, Kind = RbacNames.ClusterRoleKind, Name = clusterRole },
        Subjects = [.. subjects],
    };

    public static RoleBinding In(string @namespace, string name, string roleKind, string role, params Subject[] subjects) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = @namespace },
        RoleRef = new RoleRef { ApiGroup = RbacNames.Group, Kind = roleKind, Name = role },
        Subjects = [.. subjects],
    };

    public static Subject User(string name) => new() { Kind = RbacNames.UserKind, Name = name };

    public static Subject Group(string name) => new() { Kind = RbacNames.GroupKind, Name = name };

    public static Subject ServiceAccount(string name, string @namespace = "") =>
        new() { Kind = RbacNames.ServiceAccountKind, Name = name, Namespace = @namespace };

    public static PolicySet Policy(params RbacObject[] objects) => new()
    {
        ClusterRoles = [.. objects.OfType<ClusterRole>()],
        Roles = [.. objects.OfType<Role>()],
        ClusterRoleBindings = [.. objects.OfType<ClusterRoleBinding>()],
        RoleBindings = [.. objects.OfType<RoleBinding>()],
    };

    public static RequestAttributes Ask(
        string verb, string resource, string @namespace = "", string apiGroup = "", string subresource = "", string name = "", UserInfo? user = null) =>
        RequestAttributes.ForResource(user ?? UserInfo.Of("ann"), verb, resource, apiGroup, @namespace, subresource, name);
}

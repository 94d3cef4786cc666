using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;
using static AuthzSim.Tests.Laws.Alphabets;

namespace AuthzSim.Tests.Laws;

/// <summary>Random policies and requests that meet often; <c>DistributionTests</c> says how often.</summary>
public static class PolicyGenerators
{
    public static Gen<PolicyRule> Rule { get; } = Gen.Frequency(
        (6, ResourceRule(Gen.Constant<string[]>([]))),
        (3, ResourceRule(Some(Names, 1, 2))),
        (4, UrlRule),
        (1, ResourceRule(Gen.Constant<string[]>([])).SelectMany(r => Some(Urls, 1, 2).Select(u => r with { NonResourceUrls = [.. u] }))),
        (1, Gen.Constant(new PolicyRule())));

    public static Gen<Subject> Subject { get; } =
        from kind in Gen.Elements(SubjectKinds)
        from name in Gen.Elements(kind switch { "Group" => Groups, "ServiceAccount" => ServiceAccounts, _ => Users })
        from @namespace in Gen.Elements("", "ns1", "ns2")
        from apiGroup in Gen.Elements(RbacNames.Group, "")
        select new Subject { Kind = kind, Name = name, Namespace = kind == "ServiceAccount" ? @namespace : "", ApiGroup = apiGroup };

    public static Gen<RoleRef> RoleRef { get; } =
        from kind in Gen.Elements(RefKinds)
        from name in Gen.Elements(RefNames)
        select new RoleRef { ApiGroup = RbacNames.Group, Kind = kind, Name = name };

    public static Gen<ClusterRole> ClusterRole { get; } =
        from name in Gen.Elements(RoleNames)
        from rules in Many(Rule, 0, 4)
        select new ClusterRole { Metadata = new ObjectMeta { Name = name }, Rules = [.. rules] };

    public static Gen<Role> Role { get; } =
        from name in Gen.Elements(RoleNames)
        from @namespace in Gen.Elements(BindingNamespaces)
        from rules in Many(Rule, 0, 4)
        select new Role { Metadata = new ObjectMeta { Name = name, Namespace = @namespace }, Rules = [.. rules] };

    public static Gen<ClusterRoleBinding> ClusterRoleBinding { get; } =
        from name in Gen.Elements("b1", "b2", "b3")
        from roleRef in RoleRef
        from subjects in Many(Subject, 0, 3)
        select new ClusterRoleBinding { Metadata = new ObjectMeta { Name = name }, RoleRef = roleRef, Subjects = [.. subjects] };

    public static Gen<RoleBinding> RoleBinding { get; } =
        from name in Gen.Elements("b1", "b2", "b3")
        from @namespace in Gen.Elements(BindingNamespaces)
        from roleRef in RoleRef
        from subjects in Many(Subject, 0, 3)
        select new RoleBinding
        {
            Metadata = new ObjectMeta { Name = name, Namespace = @namespace },
            RoleRef = roleRef,
            Subjects = [.. subjects],
        };

    public static Gen<PolicySet> Policy { get; } = PolicyOf(8);

    /// <summary>Users of every sort: with many groups, with the groups a service account gets, with none at all.</summary>
    public static Gen<UserInfo> User { get; } = Gen.Frequency(
        (5, from name in Gen.Elements(Users) from groups in Some(Groups, 0, 3) select UserInfo.Of(name, groups)),
        (1, from name in Gen.Elements(Users) from groups in Some(Groups, 8, 16) select UserInfo.Of(name, groups)),
        (3, from @namespace in Gen.Elements("ns1", "ns2")
            from name in Gen.Elements(ServiceAccounts)
            select UserInfo.Impersonated(ServiceAccountNames.MakeUserName(@namespace, name))));

    public static Gen<RequestAttributes> ResourceRequest { get; } =
        from user in User
        from verb in Gen.Elements(Verbs)
        from @namespace in Gen.Elements(Namespaces)
        from apiGroup in Gen.Elements(ApiGroups)
        from resource in Gen.Elements(Resources)
        from subresource in Gen.Elements(Subresources)
        from name in Gen.Elements(Names)
        select RequestAttributes.ForResource(user, verb, resource, apiGroup, @namespace, subresource, name);

    public static Gen<RequestAttributes> UrlRequest { get; } =
        from user in User
        from verb in Gen.Elements(Verbs)
        from path in Gen.Elements(Paths)
        select RequestAttributes.ForPath(user, verb, path);

    public static Gen<RequestAttributes> Request { get; } = Gen.Frequency((4, ResourceRequest), (1, UrlRequest));

    private static Gen<PolicyRule> UrlRule =>
        from verbs in Some(RuleVerbs, 1, 3)
        from urls in Some(Urls, 1, 3)
        select new PolicyRule { Verbs = [.. verbs], NonResourceUrls = [.. urls] };

    /// <summary>Policies with up to so many objects of each kind.</summary>
    public static Gen<PolicySet> PolicyOf(int most) =>
        from clusterRoles in Many(ClusterRole, 0, most)
        from roles in Many(Role, 0, most)
        from clusterRoleBindings in Many(ClusterRoleBinding, 0, most)
        from roleBindings in Many(RoleBinding, 0, most)
        select new PolicySet
        {
            ClusterRoles = [.. clusterRoles],
            Roles = [.. roles],
            ClusterRoleBindings = [.. clusterRoleBindings],
            RoleBindings = [.. roleBindings],
        };

    public static Gen<T[]> Many<T>(Gen<T> one, int least, int most) => Gen.Choose(least, most).SelectMany(n => Gen.ArrayOf(one, n));

    private static Gen<string[]> Some(string[] words, int least, int most) => Many(Gen.Elements(words), least, most);

    private static Gen<PolicyRule> ResourceRule(Gen<string[]> names) =>
        from verbs in Gen.Frequency((9, Some(RuleVerbs, 1, 3)), (1, Gen.Constant<string[]>([])))
        from apiGroups in Some(RuleApiGroups, 1, 2)
        from resources in Some(RuleResources, 1, 3)
        from resourceNames in names
        select new PolicyRule { Verbs = [.. verbs], ApiGroups = [.. apiGroups], Resources = [.. resources], ResourceNames = [.. resourceNames] };
}

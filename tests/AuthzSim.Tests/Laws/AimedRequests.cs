using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace AuthzSim.Tests.Laws;

/// <summary>
/// Requests made to meet a policy: most random ones ask for what nobody holds. Wildcards become words, so that an aimed
/// request may still miss.
/// </summary>
public static class AimedRequests
{
    /// <summary>A request for something a rule of the policy grants, by someone who is bound to it; or any request.</summary>
    public static Gen<RequestAttributes> At(PolicySet policy)
    {
        var resolver = new RuleResolver(policy);
        RbacBinding[] bindings =
        [
            .. policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings)
                .Where(b => !b.Subjects.IsEmpty && resolver.RoleOf(b) is { Rules.IsEmpty: false }),
        ];
        return bindings.Length == 0
            ? PolicyGenerators.Request
            : from binding in Gen.Elements(bindings)
              from subject in Gen.Elements(binding.Subjects.ToArray())
              from user in Someone(subject, binding.Metadata.Namespace)
              from rule in Gen.Elements(resolver.RoleOf(binding)!.Rules.ToArray())
              from request in At(rule)
              from anyNamespace in Gen.Elements(Alphabets.Namespaces)
              select request with { User = user, Namespace = NamespaceFor(binding, request, anyNamespace) };
    }

    /// <summary>A request for something the rule grants, by anybody.</summary>
    public static Gen<RequestAttributes> At(PolicyRule rule) =>
        rule.Verbs.IsEmpty ? PolicyGenerators.Request
        : !rule.NonResourceUrls.IsEmpty ? AtUrl(rule)
        : rule.Resources.IsEmpty || rule.ApiGroups.IsEmpty ? PolicyGenerators.Request
        : AtResource(rule);

    private static string NamespaceFor(RbacBinding binding, RequestAttributes request, string anyNamespace) =>
        !request.IsResourceRequest ? "" : binding.IsNamespaced ? binding.Metadata.Namespace : anyNamespace;

    private static Gen<UserInfo> Someone(Subject subject, string bindingNamespace) => subject.Kind switch
    {
        "Group" => PolicyGenerators.User.Select(u => u with { Groups = u.Groups.Add(subject.Name) }),
        "ServiceAccount" => Gen.Constant(UserInfo.Impersonated(
            ServiceAccountNames.MakeUserName(subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace, subject.Name))),
        _ => PolicyGenerators.User.Select(u => u with { Name = subject.Name }),
    };

    private static Gen<RequestAttributes> AtUrl(PolicyRule rule) =>
        from user in PolicyGenerators.User
        from verb in Word(rule.Verbs, Alphabets.Verbs)
        from url in Gen.Elements(rule.NonResourceUrls.ToArray())
        from path in url.EndsWith('*') ? Gen.Elements(url.TrimEnd('*'), url.TrimEnd('*') + "etcd", url) : Gen.Constant(url)
        select RequestAttributes.ForPath(user, verb, path);

    private static Gen<RequestAttributes> AtResource(PolicyRule rule) =>
        from user in PolicyGenerators.User
        from verb in Word(rule.Verbs, Alphabets.Verbs)
        from apiGroup in Word(rule.ApiGroups, Alphabets.ApiGroups)
        from element in Gen.Elements(rule.Resources.ToArray())
        from anyResource in Gen.Elements(Alphabets.Resources)
        from anySubresource in Gen.Elements(Alphabets.Subresources)
        from name in rule.ResourceNames.IsEmpty ? Gen.Elements(Alphabets.Names) : Gen.Elements(rule.ResourceNames.ToArray())
        let slash = element.IndexOf('/', StringComparison.Ordinal)
        let resource = slash < 0 ? element : element[..slash]
        let subresource = slash < 0 ? (element == "*" ? anySubresource : "") : element[(slash + 1)..]
        select RequestAttributes.ForResource(user, verb, resource == "*" ? anyResource : resource, apiGroup, "", subresource, name);

    private static Gen<string> Word(ImmutableArray<string> words, string[] alphabet) =>
        Gen.Elements(words.ToArray()).SelectMany(w => w == "*" ? Gen.Elements(alphabet) : Gen.Constant(w));
}

using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Usages;

/// <summary>
/// The least policy that allows what was seen, and at a <see cref="Granularity"/> nothing else: for each user a role and a
/// binding in each namespace, and a cluster role and its binding for the rest. Groups get nothing: what a user did says
/// nothing of the others.
/// </summary>
public static class PolicySuggestion
{
    private const string Prefix = "usage:";

    /// <summary>Makes the policy.</summary>
    /// <param name="seen">The requests to allow.</param>
    /// <param name="granularity">How far to go beyond them.</param>
    public static PolicySet Of(IEnumerable<SeenRequest> seen, Granularity granularity)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var policy = PolicySet.Empty;
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var user in seen.Select(s => s.Request).Where(r => CanBeSaid(r)).GroupBy(r => r.User.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var name = NameFor(user.Key, names);
            var subject = Subject.OfUserName(user.Key);
            foreach (var scope in user.GroupBy(r => ScopeOf(r, granularity), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                policy = Add(policy, name, scope.Key, subject, RulesOf(scope, granularity));
            }
        }

        return policy;
    }

    /// <summary>
    /// False for a request that no rule allows without allowing others: a <c>*</c> in the place of a verb, group or resource, or
    /// at the end of a path, is a wildcard in a rule.
    /// </summary>
    /// <param name="request">The request.</param>
    public static bool CanBeSaid(in RequestAttributes request) => request.IsResourceRequest
        ? request.Verb != RbacNames.All && request.ApiGroup != RbacNames.All && request.Resource != RbacNames.All && request.Resource.Length > 0
        : request.Verb != RbacNames.All && !request.Path.EndsWith('*');

    /// <summary>The requests among those seen that a policy does not allow.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="seen">The requests.</param>
    public static ImmutableArray<SeenRequest> NotAllowedBy(Compiled.CompiledPolicy policy, IEnumerable<SeenRequest> seen)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(seen);
        return [.. seen.Where(s => !policy.Check(s.Request).IsAllowed)];
    }

    private static PolicySet Add(PolicySet policy, string name, string @namespace, Subject subject, ImmutableArray<PolicyRule> rules)
    {
        var metadata = new ObjectMeta { Name = name, Namespace = @namespace };
        return @namespace.Length == 0
            ? policy with
            {
                ClusterRoles = policy.ClusterRoles.Add(new ClusterRole { Metadata = metadata, Rules = rules }),
                ClusterRoleBindings = policy.ClusterRoleBindings.Add(
                    new ClusterRoleBinding { Metadata = metadata, RoleRef = RoleRef.ClusterRole(name), Subjects = [subject] }),
            }
            : policy with
            {
                Roles = policy.Roles.Add(new Role { Metadata = metadata, Rules = rules }),
                RoleBindings = policy.RoleBindings.Add(
                    new RoleBinding { Metadata = metadata, RoleRef = RoleRef.Role(name), Subjects = [subject] }),
            };
    }

    /// <summary>The namespace of the role; <c>""</c> for a cluster role.</summary>
    private static string ScopeOf(RequestAttributes request, Granularity granularity) =>
        request.IsResourceRequest && granularity != Granularity.Resource ? request.Namespace : "";

    private static ImmutableArray<PolicyRule> RulesOf(IEnumerable<RequestAttributes> requests, Granularity granularity)
    {
        List<RequestAttributes> all = [.. requests];
        var onResources = all.Where(r => r.IsResourceRequest)
            .GroupBy(r => (r.ApiGroup, Resource: ResourceOf(r, granularity), r.Verb))
            .SelectMany(g => RulesOf(g.Key.ApiGroup, g.Key.Resource, g.Key.Verb, g.Select(r => r.Name), granularity))
            .OrderBy(r => r.ApiGroups[0], StringComparer.Ordinal).ThenBy(r => r.Resources[0], StringComparer.Ordinal)
            .ThenBy(r => r.Verbs[0], StringComparer.Ordinal).ThenBy(r => r.ResourceNames.FirstOrDefault(""), StringComparer.Ordinal);
        var onPaths = all.Where(r => !r.IsResourceRequest).Select(r => (r.Path, r.Verb)).Distinct().Order()
            .Select(r => new PolicyRule { Verbs = [r.Verb], NonResourceUrls = [r.Path] });
        return RuleCompaction.Compact([.. onResources, .. onPaths]);
    }

    private static IEnumerable<PolicyRule> RulesOf(string apiGroup, string resource, string verb, IEnumerable<string> names, Granularity granularity)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var rule = new PolicyRule { Verbs = [verb], ApiGroups = [apiGroup], Resources = [resource] };

        // No rule allows a request without a name but one for all names.
        return granularity != Granularity.Name || distinct.Contains("") ? [rule] : [rule with { ResourceNames = [.. distinct] }];
    }

    private static string ResourceOf(RequestAttributes request, Granularity granularity) =>
        granularity == Granularity.Group ? RbacNames.All
        : request.Subresource.Length == 0 ? request.Resource
        : $"{request.Resource}/{request.Subresource}";

    /// <summary>A name for the roles of a user that no other user's roles have and that a URL can hold.</summary>
    private static string NameFor(string user, HashSet<string> names)
    {
        var name = Prefix + string.Concat(user.Select(c => c is '/' or '%' || char.IsControl(c) ? '-' : c));
        for (var i = 2; !names.Add(name); i++)
        {
            name = $"{Prefix}{user.Replace('/', '-').Replace('%', '-')}-{i}";
        }

        return name;
    }
}

using System.Collections.Immutable;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Laws;

/// <summary>Smaller policies and requests than one that breaks a law: an object, a rule, a subject or a word less.</summary>
public static class PolicyShrinkers
{
    public static IEnumerable<PolicySet> Policy(PolicySet policy) =>
    [
        .. Shorter(policy.ClusterRoles, Role).Select(l => policy with { ClusterRoles = l }),
        .. Shorter(policy.Roles, Role).Select(l => policy with { Roles = l }),
        .. Shorter(policy.ClusterRoleBindings, Binding).Select(l => policy with { ClusterRoleBindings = l }),
        .. Shorter(policy.RoleBindings, Binding).Select(l => policy with { RoleBindings = l }),
    ];

    public static IEnumerable<PolicyRule> Rule(PolicyRule rule) =>
    [
        .. Shorter(rule.Verbs).Select(l => rule with { Verbs = l }),
        .. Shorter(rule.ApiGroups).Select(l => rule with { ApiGroups = l }),
        .. Shorter(rule.Resources).Select(l => rule with { Resources = l }),
        .. Shorter(rule.ResourceNames).Select(l => rule with { ResourceNames = l }),
        .. Shorter(rule.NonResourceUrls).Select(l => rule with { NonResourceUrls = l }),
    ];

    public static IEnumerable<RequestAttributes> Request(RequestAttributes request) =>
    [
        .. Shorter(request.User.Groups).Select(l => request with { User = request.User with { Groups = l } }),
        .. request.Subresource.Length > 0 ? [request with { Subresource = "" }] : Array.Empty<RequestAttributes>(),
        .. request.Name.Length > 0 ? [request with { Name = "" }] : Array.Empty<RequestAttributes>(),
        .. request.Namespace.Length > 0 ? [request with { Namespace = "" }] : Array.Empty<RequestAttributes>(),
    ];

    /// <summary>The list without one of its items, then with one of them smaller.</summary>
    public static IEnumerable<ImmutableArray<T>> Shorter<T>(ImmutableArray<T> list, Func<T, IEnumerable<T>>? smaller = null)
    {
        for (var i = 0; i < list.Length; i++)
        {
            yield return list.RemoveAt(i);
        }

        for (var i = 0; smaller is not null && i < list.Length; i++)
        {
            foreach (var item in smaller(list[i]))
            {
                yield return list.SetItem(i, item);
            }
        }
    }

    private static IEnumerable<T> Role<T>(T role)
        where T : RbacRole => Shorter(role.Rules, Rule).Select(l => role with { Rules = l });

    private static IEnumerable<T> Binding<T>(T binding)
        where T : RbacBinding => Shorter(binding.Subjects).Select(l => binding with { Subjects = l });
}

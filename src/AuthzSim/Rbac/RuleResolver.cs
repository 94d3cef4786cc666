using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>
/// Walks the bindings that apply to a user (upstream: <c>DefaultRuleResolver</c> of
/// <c>pkg/registry/rbac/validation/rule.go</c>): cluster role bindings in policy order, then the role bindings of the
/// request's namespace in policy order. Every question of the reference evaluator is a use of this walk.
/// </summary>
public sealed class RuleResolver
{
    private readonly PolicySet _policy;
    private readonly Dictionary<(string Namespace, string Name), Role> _roles = [];
    private readonly Dictionary<string, ClusterRole> _clusterRoles = new(StringComparer.Ordinal);

    /// <summary>Makes a resolver. Of two roles of the same name the later counts, as in a cluster.</summary>
    /// <param name="policy">The policy to walk.</param>
    public RuleResolver(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        foreach (var role in policy.Roles)
        {
            _roles[(role.Metadata.Namespace, role.Metadata.Name)] = role;
        }

        foreach (var role in policy.ClusterRoles)
        {
            _clusterRoles[role.Metadata.Name] = role;
        }
    }

    /// <summary>
    /// The bindings a request in <paramref name="namespace"/> is checked against, whoever asks: all cluster role bindings,
    /// then, unless the namespace is <c>""</c>, the role bindings of exactly that namespace.
    /// </summary>
    /// <param name="namespace">The request's namespace.</param>
    public IEnumerable<RbacBinding> BindingsFor(string @namespace)
    {
        foreach (var binding in _policy.ClusterRoleBindings)
        {
            yield return binding;
        }

        if (@namespace.Length == 0)
        {
            yield break;
        }

        foreach (var binding in _policy.RoleBindings)
        {
            if (binding.Metadata.Namespace == @namespace)
            {
                yield return binding;
            }
        }
    }

    /// <summary>The walk: every rule the user has for requests in the namespace, and every role that could not be found.</summary>
    /// <param name="user">The user.</param>
    /// <param name="namespace">The request's namespace, <c>""</c> for a cluster-scoped request.</param>
    public IEnumerable<RuleVisit> VisitRulesFor(UserInfo user, string @namespace)
    {
        foreach (var binding in BindingsFor(@namespace))
        {
            if (FirstSubjectOf(binding, user) is not { } subject)
            {
                continue;
            }

            if (RoleOf(binding) is not { } role)
            {
                yield return new RuleVisit(null, null, new RoleReferenceError(binding));
                continue;
            }

            var source = new RuleSource(binding, subject, role);
            foreach (var rule in role.Rules)
            {
                yield return new RuleVisit(source, rule, null);
            }
        }
    }

    /// <summary>
    /// The role a binding grants, or null when it does not exist or the reference's kind is neither Role nor ClusterRole.
    /// The reference's API group plays no part.
    /// </summary>
    /// <param name="binding">The binding.</param>
    public RbacRole? RoleOf(RbacBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        return binding.RoleRef.Kind switch
        {
            RbacNames.RoleKind => _roles.GetValueOrDefault((NamespaceOf(binding), binding.RoleRef.Name)),
            RbacNames.ClusterRoleKind => _clusterRoles.GetValueOrDefault(binding.RoleRef.Name),
            _ => null,
        };
    }

    /// <summary>The first subject of the binding, in list order, that applies to the user; null when none does.</summary>
    /// <param name="binding">The binding.</param>
    /// <param name="user">The user.</param>
    public static Subject? FirstSubjectOf(RbacBinding binding, UserInfo user)
    {
        ArgumentNullException.ThrowIfNull(binding);
        foreach (var subject in binding.Subjects)
        {
            if (AppliesToUser(user, subject, NamespaceOf(binding)))
            {
                return subject;
            }
        }

        return null;
    }

    /// <summary>Upstream's <c>appliesToUser</c>: names are literal, unknown kinds never apply.</summary>
    /// <param name="user">The user.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="bindingNamespace">The binding's namespace, <c>""</c> for a cluster role binding.</param>
    public static bool AppliesToUser(UserInfo user, Subject subject, string bindingNamespace)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(subject);
        switch (subject.Kind)
        {
            case RbacNames.UserKind:
                return user.Name == subject.Name;
            case RbacNames.GroupKind:
                return user.Groups.Contains(subject.Name);
            case RbacNames.ServiceAccountKind:
                var @namespace = subject.Namespace.Length > 0 ? subject.Namespace : bindingNamespace;
                return @namespace.Length > 0 && user.Name == ServiceAccountNames.MakeUserName(@namespace, subject.Name);
            default:
                return false;
        }
    }

    private static string NamespaceOf(RbacBinding binding) => binding.IsNamespaced ? binding.Metadata.Namespace : "";
}

using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.PolicyTests;

/// <summary>What every subject of a policy is granted, and the sets it comes to.</summary>
internal sealed class GrantIndex
{
    private readonly Dictionary<SubjectIdentity, Grants> _grants = [];
    private readonly Dictionary<string, AccessSet> _sets = new(StringComparer.Ordinal);
    private readonly RoleAccess _access;

    public GrantIndex(PolicySet policy, RoleAccess access)
    {
        _access = access;
        var resolver = new RuleResolver(policy);
        foreach (var binding in policy.ClusterRoleBindings.AsEnumerable<RbacBinding>().Concat(policy.RoleBindings))
        {
            if (resolver.RoleOf(binding) is not { } role || (binding.IsNamespaced && binding.Metadata.Namespace.Length == 0))
            {
                continue;
            }

            foreach (var subject in binding.Subjects)
            {
                Add(SubjectIdentity.Of(subject, binding), new Grant(binding, subject, role));
            }
        }
    }

    public bool Contains(SubjectIdentity identity) => _grants.ContainsKey(identity);

    /// <summary>All rules that allow a request, each with its binding.</summary>
    public IEnumerable<AllowingPath> Allowing(RequestAttributes request)
    {
        foreach (var identity in Asker.IdentitiesOf(request.User))
        {
            var grants = _grants.GetValueOrDefault(identity, Grants.None);
            foreach (var grant in request.IsResourceRequest ? grants.ClusterWide.Concat(grants.In(request.Namespace)) : grants.ClusterWide)
            {
                foreach (var rule in grant.Role.Rules)
                {
                    if (RuleMatcher.RuleAllows(request, rule))
                    {
                        yield return new AllowingPath(new RuleSource(grant.Binding, grant.Subject, grant.Role), rule);
                    }
                }
            }
        }
    }

    /// <summary>All rules a user has that allow something of a set.</summary>
    public IEnumerable<AllowingPath> Allowing(AccessSet set, UserInfo user) =>
        Asker.IdentitiesOf(user).SelectMany(i => _access.Allowing(set, _grants.GetValueOrDefault(i, Grants.None)));

    /// <summary>All that a user may do.</summary>
    public AccessSet Of(UserInfo user)
    {
        var key = string.Join('\n', user.Groups.Prepend(user.Name));
        if (!_sets.TryGetValue(key, out var set))
        {
            set = SetOf(Asker.IdentitiesOf(user).Select(i => _grants.GetValueOrDefault(i, Grants.None)));
            _sets.Add(key, set);
        }

        return set;
    }

    /// <summary>All that a subject is granted itself.</summary>
    public AccessSet Of(SubjectIdentity identity) => SetOf([_grants.GetValueOrDefault(identity, Grants.None)]);

    private AccessSet SetOf(IEnumerable<Grants> all)
    {
        List<Grants> grants = [.. all];
        var everywhere = grants.SelectMany(g => g.ClusterWide).ToList();
        var (resources, urls) = (_access.ResourcesOf(everywhere), _access.UrlsOf(everywhere));
        string[] namespaces = [.. grants.SelectMany(g => g.ByNamespace.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var nodes = Array.ConvertAll(namespaces, n => _access.Algebra.Union(resources, _access.ResourcesOf(grants.SelectMany(g => g.In(n)))));
        return new AccessSet(_access.Algebra.Values(namespaces, nodes, resources), urls);
    }

    private void Add(SubjectIdentity identity, Grant grant)
    {
        if (identity == SubjectIdentity.Nobody)
        {
            return;
        }

        if (!_grants.TryGetValue(identity, out var grants))
        {
            _grants.Add(identity, grants = new Grants());
        }

        grants.Add(grant);
    }
}

using System.Collections.Immutable;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>The objects of a policy as a server would have stored them; of several of one name the last.</summary>
internal sealed class PolicySetStorage : IRbacStorage
{
    private readonly Lazy<Dictionary<(string Kind, string Namespace, string Name), RbacObject>> _objects;
    private readonly Lazy<RuleResolver> _resolver;
    private readonly Dictionary<string, Namespace> _namespaces = new(StringComparer.Ordinal);

    public PolicySetStorage(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _objects = new(() => Indexed(policy));
        _resolver = new(() => new RuleResolver(InStorageOrder(policy)));
        foreach (var @namespace in policy.Namespaces)
        {
            _namespaces[@namespace.Name] = @namespace;
        }
    }

    public bool HasNamespaces => _namespaces.Count > 0;

    public RbacObject? Find(string kind, string @namespace, string name) => _objects.Value.GetValueOrDefault((kind, @namespace, name));

    public Namespace? FindNamespace(string name) => _namespaces.GetValueOrDefault(name);

    public IEnumerable<RbacBinding> BindingsOf(UserInfo user, string @namespace) =>
        _resolver.Value.BindingsFor(@namespace).Where(b => RuleResolver.FirstSubjectOf(b, user) is not null);

    private static Dictionary<(string Kind, string Namespace, string Name), RbacObject> Indexed(PolicySet policy)
    {
        Dictionary<(string Kind, string Namespace, string Name), RbacObject> objects = [];
        foreach (var stored in policy.Objects)
        {
            objects[(stored.Kind, stored.IsNamespaced ? stored.Metadata.Namespace : "", stored.Metadata.Name)] = stored;
        }

        return objects;
    }

    /// <summary>Storage lists by key, not in policy order; resolution errors come in that order.</summary>
    private static PolicySet InStorageOrder(PolicySet policy) => policy with
    {
        ClusterRoleBindings = InStorageOrder(policy.ClusterRoleBindings),
        RoleBindings = InStorageOrder(policy.RoleBindings),
    };

    private static ImmutableArray<T> InStorageOrder<T>(ImmutableArray<T> bindings)
        where T : RbacBinding =>
    [
        .. bindings.GroupBy(b => (b.Metadata.Namespace, b.Metadata.Name)).Select(same => same.Last())
            .OrderBy(b => b.Metadata.Namespace, Comparer<string>.Create(GoText.CompareBytes))
            .ThenBy(b => b.Metadata.Name, Comparer<string>.Create(GoText.CompareBytes)),
    ];
}

using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>What a server has stored, as far as a write has to know it.</summary>
internal interface IRbacStorage
{
    /// <summary>False when nothing is said of namespaces: then every namespace exists.</summary>
    bool HasNamespaces { get; }

    /// <summary>A stored object; the namespace of cluster-scoped kinds is <c>""</c>.</summary>
    RbacObject? Find(string kind, string @namespace, string name);

    /// <summary>A namespace that exists.</summary>
    Namespace? FindNamespace(string name);

    /// <summary>
    /// The bindings that apply to a user for requests in a namespace, in storage order: those of the cluster, then those of the
    /// namespace, each by name.
    /// </summary>
    IEnumerable<RbacBinding> BindingsOf(UserInfo user, string @namespace);
}

namespace AuthzSim.Authentication.Cluster;

/// <summary>
/// The objects against which tokens are checked, looked up by name (upstream: <c>serviceaccount.ServiceAccountTokenGetter</c>).
/// Immutable.
/// </summary>
public sealed class ClusterState
{
    private readonly Dictionary<(Type Kind, string Namespace, string Name), ClusterObject> _objects = [];

    /// <summary>Makes a state of objects; of two of one kind and name the later counts.</summary>
    /// <param name="objects">The objects.</param>
    public ClusterState(IEnumerable<ClusterObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        foreach (var item in objects)
        {
            _objects[(item.GetType(), item.Namespace, item.Name)] = item;
        }
    }

    /// <summary>A cluster without objects.</summary>
    public static ClusterState Empty { get; } = new([]);

    /// <summary>The service account of a name, or null.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public ServiceAccount? FindServiceAccount(string @namespace, string name) => Find<ServiceAccount>(@namespace, name);

    /// <summary>The secret of a name, or null.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public Secret? FindSecret(string @namespace, string name) => Find<Secret>(@namespace, name);

    /// <summary>The pod of a name, or null.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public Pod? FindPod(string @namespace, string name) => Find<Pod>(@namespace, name);

    /// <summary>The node of a name, or null.</summary>
    /// <param name="name">Its name.</param>
    public Node? FindNode(string name) => Find<Node>("", name);

    private T? Find<T>(string @namespace, string name)
        where T : ClusterObject => _objects.TryGetValue((typeof(T), @namespace, name), out var found) ? (T)found : null;
}

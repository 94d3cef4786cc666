using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>The objects of the server and the policy they make. Safe to share between threads.</summary>
internal sealed class ClusterStore
{
    private volatile CompiledPolicy _policy;
    private volatile PolicySet _objects;

    public ClusterStore(PolicySet objects)
    {
        _objects = ClusterRoleAggregation.Apply(objects);
        _policy = CompiledPolicy.Compile(_objects);
    }

    /// <summary>The policy that stands now; it never changes, a later one takes its place.</summary>
    public CompiledPolicy Policy => _policy;

    /// <summary>The objects that <see cref="Policy"/> is made of.</summary>
    public PolicySet Objects => _objects;

    /// <summary>Takes the policy of files that have changed.</summary>
    public void Replace(PolicySet files)
    {
        _objects = ClusterRoleAggregation.Apply(files);
        _policy = CompiledPolicy.Compile(_objects);
    }
}

using AuthzSim.Compiled;
using AuthzSim.Rbac;

namespace AuthzSim.Server.State;

/// <summary>The objects of the server and the policy they make. Safe to share between threads.</summary>
internal sealed class ClusterStore
{
    private readonly CompiledPolicy _policy;

    public ClusterStore(PolicySet objects)
    {
        Objects = ClusterRoleAggregation.Apply(objects);
        _policy = CompiledPolicy.Compile(Objects);
    }

    /// <summary>The policy that stands now; it never changes, a later one takes its place.</summary>
    public CompiledPolicy Policy => _policy;

    /// <summary>The objects that <see cref="Policy"/> is made of.</summary>
    public PolicySet Objects { get; }
}

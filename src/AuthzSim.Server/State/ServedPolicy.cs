using AuthzSim.Authorization;
using AuthzSim.Compiled;
using AuthzSim.Requests;

namespace AuthzSim.Server.State;

/// <summary>
/// The authorizers of the server (upstream: the modes <c>RBAC</c> behind the always present system:masters). Every request is
/// decided by the policy that stands when it is asked.
/// </summary>
internal sealed class ServedPolicy(Func<CompiledPolicy> current) : IAuthorizer
{
    private readonly SystemMastersAuthorizer _masters = new();

    public AuthorizationResult Authorize(in RequestAttributes attributes)
    {
        var privileged = _masters.Authorize(attributes);
        return privileged.IsAllowed ? privileged : current().Authorize(attributes);
    }
}

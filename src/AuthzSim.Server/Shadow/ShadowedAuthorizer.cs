using AuthzSim.Authorization;
using AuthzSim.Requests;

namespace AuthzSim.Server.Shadow;

/// <summary>Decides as the policy that is served, and lets the candidate decide the same.</summary>
internal sealed class ShadowedAuthorizer(IAuthorizer served, Divergences divergences) : IAuthorizer
{
    public AuthorizationResult Authorize(in RequestAttributes attributes)
    {
        var result = served.Authorize(attributes);
        divergences.Compare(attributes, result);
        return result;
    }
}

using AuthzSim.Requests;

namespace AuthzSim.Authentication.Impersonation;

/// <summary>
/// What the API server does between authentication and authorization with a request that wants to be somebody else's.
/// </summary>
public interface IImpersonationHandler
{
    /// <summary>Acts on the headers of a request.</summary>
    /// <param name="request">The request as the authorizer would see it, its user being the requestor.</param>
    /// <param name="headers">Its headers.</param>
    ImpersonationResult Handle(in RequestAttributes request, RequestHeaders headers);

    /// <summary>Lets the requestor be a user, or refuses.</summary>
    /// <param name="request">The request as the authorizer would see it, its user being the requestor.</param>
    /// <param name="wanted">The user wanted, exactly as given: nothing filled in. Its name is not empty.</param>
    ImpersonationResult Impersonate(in RequestAttributes request, UserInfo wanted);
}

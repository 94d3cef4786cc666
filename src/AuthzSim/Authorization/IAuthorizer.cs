using AuthzSim.Requests;

namespace AuthzSim.Authorization;

/// <summary>What an authorizer says (upstream: <c>authorizer.Decision</c>). The zero value is the safe one.</summary>
public enum Decision
{
    /// <summary>Refused, whatever later authorizers would say. RBAC never says this.</summary>
    Deny = 0,

    /// <summary>Allowed, whatever later authorizers would say.</summary>
    Allow = 1,

    /// <summary>No opinion: the next authorizer is asked, and the API server refuses when none allows.</summary>
    NoOpinion = 2,
}

/// <summary>Answers whether a request may be made (upstream: <c>authorizer.Authorizer</c>). Safe to share between threads.</summary>
public interface IAuthorizer
{
    /// <summary>Decides one request. Never throws for odd data: what is unresolvable becomes part of the result.</summary>
    /// <param name="attributes">The request.</param>
    AuthorizationResult Authorize(in RequestAttributes attributes);
}

namespace AuthzSim.Server.Requests;

/// <summary>Answers some of the requests that have passed authentication and authorization.</summary>
internal interface IRequestHandler
{
    /// <summary>True for the requests that this one answers; of several the first in the server's order does.</summary>
    /// <param name="request">The request.</param>
    bool Handles(ApiRequest request);

    /// <summary>Answers.</summary>
    /// <param name="request">The request.</param>
    Task HandleAsync(ApiRequest request);
}

namespace AuthzSim.Authentication;

/// <summary>
/// Finds out who sends a request (upstream: <c>k8s.io/apiserver/pkg/authentication/authenticator.Request</c>). Safe to share
/// between threads.
/// </summary>
public interface IAuthenticator
{
    /// <summary>What the authenticator is called in explanations: <c>x509</c>, <c>bearer token</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Authenticates one request. Whatever is wrong with it is an error of the result; nothing but a cancellation is thrown.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="context">The audiences wanted, and who listens to how the answer was reached.</param>
    /// <param name="cancellationToken">Gives up waiting for a remote service.</param>
    ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default);
}

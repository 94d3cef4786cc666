namespace AuthzSim.Authentication;

/// <summary>
/// Finds out whose token one is (upstream: <c>k8s.io/apiserver/pkg/authentication/authenticator.Token</c>). Safe to share
/// between threads.
/// </summary>
public interface ITokenAuthenticator
{
    /// <summary>What the authenticator is called in explanations: <c>token file</c>, <c>service account</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Authenticates one token. Whatever is wrong with it is an error of the result; nothing but a cancellation is thrown.
    /// </summary>
    /// <param name="token">The token, never empty.</param>
    /// <param name="context">The audiences wanted, and who listens to how the answer was reached.</param>
    /// <param name="cancellationToken">Gives up waiting for a remote service.</param>
    ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default);
}

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// The token by which the server knows itself (upstream: <c>AuthorizeClientBearerToken</c> of
/// <c>k8s.io/apiserver/pkg/server/config.go</c>). It tells that token to nobody, so none is ever right.
/// </summary>
internal sealed class LoopbackToken : ITokenAuthenticator
{
    public string Name => "loopback token";

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(AuthenticationResult.NoOpinion);
}

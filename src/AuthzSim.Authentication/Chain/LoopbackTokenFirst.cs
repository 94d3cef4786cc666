namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Asks whether a bearer token is the server's own before it asks the chain (upstream: <c>AuthorizeClientBearerToken</c> of
/// <c>k8s.io/apiserver/pkg/server/config.go</c>). The server tells that token to nobody, so none is ever right; its error stays
/// in the list. The chain's members tell the trace themselves.
/// </summary>
internal sealed class LoopbackTokenFirst(IAuthenticator chain) : IAuthenticator
{
    private readonly BearerTokenAuthenticator _loopback = new(new NobodysToken());

    public string Name => chain.Name;

    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        var silent = new ResultCollector(context with { Trace = null }, failsFast: false);
        var own = await _loopback.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
        context.Trace?.Add("loopback token", own);
        return silent.Add(Name, own)
            ?? silent.Add(Name, await chain.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false))
            ?? silent.Finish();
    }

    private sealed class NobodysToken : ITokenAuthenticator
    {
        public string Name => "loopback token";

        public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
            string token, AuthenticationContext context, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(AuthenticationResult.NoOpinion);
    }
}

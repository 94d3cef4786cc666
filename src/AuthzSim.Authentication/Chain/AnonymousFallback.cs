namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Lets the anonymous pass only when the chain had no opinion: an error of it is final (upstream: <c>union.NewFailOnError</c>
/// of chain and anonymous). The chain's members have told the trace already, so only the anonymous is added to it.
/// </summary>
internal sealed class AnonymousFallback(IAuthenticator chain, AnonymousAuthenticator anonymous) : IAuthenticator
{
    public string Name => chain.Name;

    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        var silent = new ResultCollector(context with { Trace = null }, failsFast: true);
        if (silent.Add(Name, await chain.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false)) is { } settled)
        {
            return settled;
        }

        var result = await anonymous.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
        context.Trace?.Add(anonymous.Name, result);
        return silent.Add(anonymous.Name, result) ?? silent.Finish();
    }
}

using System.Collections.Immutable;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Vouches for audiences in the place of an authenticator that knows of none
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/authenticator/audagnostic.go</c>).
/// </summary>
public sealed class AudienceAgnosticAuthenticator : IAuthenticator
{
    private readonly IAuthenticator _delegate;
    private readonly ImmutableArray<string> _implied;

    /// <summary>Wraps an authenticator.</summary>
    /// <param name="delegate">The authenticator.</param>
    /// <param name="implied">The audiences its credentials are good for.</param>
    public AudienceAgnosticAuthenticator(IAuthenticator @delegate, ImmutableArray<string> implied) =>
        (_delegate, _implied) = (@delegate, implied);

    /// <inheritdoc/>
    public string Name => _delegate.Name;

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ImplicitAudiences.TryIntersect(context, _implied, out var audiences)
            ? ImplicitAudiences.Attach(
                await _delegate.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false), context, audiences)
            : AuthenticationResult.NoOpinion;
    }
}

/// <summary>The same for an authenticator of tokens.</summary>
public sealed class AudienceAgnosticTokenAuthenticator : ITokenAuthenticator
{
    private readonly ITokenAuthenticator _delegate;
    private readonly ImmutableArray<string> _implied;

    /// <summary>Wraps an authenticator.</summary>
    /// <param name="delegate">The authenticator.</param>
    /// <param name="implied">The audiences its tokens are good for.</param>
    public AudienceAgnosticTokenAuthenticator(ITokenAuthenticator @delegate, ImmutableArray<string> implied) =>
        (_delegate, _implied) = (@delegate, implied);

    /// <inheritdoc/>
    public string Name => _delegate.Name;

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ImplicitAudiences.TryIntersect(context, _implied, out var audiences)
            ? ImplicitAudiences.Attach(
                await _delegate.AuthenticateTokenAsync(token, context, cancellationToken).ConfigureAwait(false), context, audiences)
            : AuthenticationResult.NoOpinion;
    }
}

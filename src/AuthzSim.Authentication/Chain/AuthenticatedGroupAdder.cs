using AuthzSim.Requests;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Puts everybody who was authenticated into <c>system:authenticated</c>
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/group/authenticated_group_adder.go</c>).
/// </summary>
public sealed class AuthenticatedGroupAdder : IAuthenticator
{
    private readonly IAuthenticator _delegate;

    /// <summary>Wraps an authenticator.</summary>
    /// <param name="delegate">The authenticator.</param>
    public AuthenticatedGroupAdder(IAuthenticator @delegate) => _delegate = @delegate;

    /// <inheritdoc/>
    public string Name => _delegate.Name;

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        var result = await _delegate.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
        return result.User is { } user ? result with { User = WithGroup(user) } : result;
    }

    private static UserInfo WithGroup(UserInfo user) =>
        user.Name == WellKnownUsers.Anonymous
        || user.Groups.Contains(WellKnownUsers.Authenticated, StringComparer.Ordinal)
        || user.Groups.Contains(WellKnownUsers.Unauthenticated, StringComparer.Ordinal)
            ? user
            : user with { Groups = user.Groups.Add(WellKnownUsers.Authenticated) };
}

using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Lets requests without credentials pass as <c>system:anonymous</c>
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/request/anonymous</c>).
/// </summary>
public sealed class AnonymousAuthenticator : IAuthenticator
{
    private static readonly UserInfo _anonymous = UserInfo.Of(WellKnownUsers.Anonymous, WellKnownUsers.Unauthenticated);

    private readonly ImmutableArray<string> _paths;

    /// <summary>Makes the authenticator.</summary>
    /// <param name="paths">The only paths for which it speaks, compared as they stand; empty for all paths.</param>
    public AnonymousAuthenticator(ImmutableArray<string> paths = default) => _paths = paths.IsDefault ? [] : paths;

    /// <inheritdoc/>
    public string Name => "anonymous";

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(_paths.IsEmpty || _paths.Contains(request.Path, StringComparer.Ordinal)
            ? AuthenticationResult.Of(_anonymous, context.Audiences)
            : AuthenticationResult.NoOpinion);
    }
}

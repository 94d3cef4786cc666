namespace AuthzSim.Authentication.Chain;

/// <summary>Reads the token of <c>Authorization: Bearer</c> (upstream: <c>pkg/authentication/request/bearertoken</c>).</summary>
public sealed class BearerTokenAuthenticator : IAuthenticator
{
    /// <summary>What is said of a token nobody knows.</summary>
    internal const string InvalidToken = "invalid bearer token";

    private const int MostParts = 3;
    private const string ExtraSpaceWarning =
        "the provided Authorization header contains extra space before the bearer token, and is ignored";

    private readonly ITokenAuthenticator _tokens;

    /// <summary>Makes the authenticator.</summary>
    /// <param name="tokens">Whom the token is shown to.</param>
    public BearerTokenAuthenticator(ITokenAuthenticator tokens) => _tokens = tokens;

    /// <inheritdoc/>
    public string Name { get; internal init; } = "bearer token";

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parts = (request.Headers.First("Authorization") ?? "").Trim().Split(' ', MostParts);
        if (parts.Length < 2 || !parts[0].Equals("bearer", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticationResult.NoOpinion;
        }

        if (parts[1].Length == 0)
        {
            return new AuthenticationResult { Warnings = [ExtraSpaceWarning] };
        }

        var result = await _tokens.AuthenticateTokenAsync(parts[1], context, cancellationToken).ConfigureAwait(false);
        return result.IsNoOpinion ? result with { Error = InvalidToken } : result;
    }
}

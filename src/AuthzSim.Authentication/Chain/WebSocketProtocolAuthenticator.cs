using System.Text;
using System.Text.Unicode;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Reads the token a browser sends as a subprotocol of a websocket (upstream: <c>pkg/authentication/request/websocket</c>).
/// </summary>
public sealed class WebSocketProtocolAuthenticator : IAuthenticator
{
    private const string Header = "Sec-WebSocket-Protocol";
    private const string TokenPrefix = "base64url.bearer.authorization.k8s.io.";

    private readonly ITokenAuthenticator _tokens;

    /// <summary>Makes the authenticator.</summary>
    /// <param name="tokens">Whom the token is shown to.</param>
    public WebSocketProtocolAuthenticator(ITokenAuthenticator tokens) => _tokens = tokens;

    /// <inheritdoc/>
    public string Name => "websocket protocol";

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!IsWebSocket(request.Headers))
        {
            return AuthenticationResult.NoOpinion;
        }

        var token = "";
        var (isTokenSeen, rest) = (false, new List<string>());
        foreach (var protocol in request.Headers.All(Header).SelectMany(v => v.Split(',')).Select(p => p.Trim()))
        {
            if (!protocol.StartsWith(TokenPrefix, StringComparison.Ordinal))
            {
                rest.Add(protocol);
                continue;
            }

            if (isTokenSeen)
            {
                return AuthenticationResult.Failed("multiple base64.bearer.authorization tokens specified");
            }

            isTokenSeen = true;
            if (!Base64UrlText.TryDecode(protocol.AsSpan(TokenPrefix.Length), out var bytes))
            {
                return AuthenticationResult.Failed("invalid base64.bearer.authorization token encoding");
            }

            if (!Utf8.IsValid(bytes))
            {
                return AuthenticationResult.Failed("invalid base64.bearer.authorization token");
            }

            token = Encoding.UTF8.GetString(bytes);
        }

        if (token.Length == 0)
        {
            return AuthenticationResult.NoOpinion;
        }

        if (rest.Count == 0)
        {
            return AuthenticationResult.Failed("missing additional subprotocol");
        }

        var result = await _tokens.AuthenticateTokenAsync(token, context, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { IsAuthenticated: true } => result with { RemainingHeaders = Rewrite(request.Headers, string.Join(',', rest)) },
            { IsNoOpinion: true } => result with { Error = BearerTokenAuthenticator.InvalidToken },
            _ => result,
        };
    }

    private static bool IsWebSocket(RequestHeaders headers) =>
        "websocket".Equals(headers.First("Upgrade"), StringComparison.OrdinalIgnoreCase)
        && headers.All("Connection").Any(v => v.Contains("upgrade", StringComparison.OrdinalIgnoreCase));

    private static RequestHeaders Rewrite(RequestHeaders headers, string protocols) =>
        new(headers.Without(n => n.Equals(Header, StringComparison.OrdinalIgnoreCase)).Fields.Add(new(Header, protocols)));
}

using System.Collections.Immutable;
using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Requests;
using AuthzSim.Text;
using AuthzSim.Writes;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// What the API server does with a request before anything else looks at it: runs the chain and says who asks, or 401
/// (upstream: <c>k8s.io/apiserver/pkg/endpoints/filters/authentication.go</c>). Safe to share between threads.
/// </summary>
public sealed class RequestAuthenticator
{
    private readonly IAuthenticator? _chain;
    private readonly ImmutableArray<string> _audiences;
    private readonly RequestHeaderOptions? _frontProxy;

    /// <summary>Makes the filter.</summary>
    /// <param name="chain">The whole chain; null when authentication is disabled.</param>
    /// <param name="apiAudiences">The audiences the API answers to; empty when it does not ask.</param>
    /// <param name="frontProxy">Whose headers are removed beside the standard ones; null without a front proxy.</param>
    public RequestAuthenticator(
        IAuthenticator? chain, ImmutableArray<string> apiAudiences = default, RequestHeaderOptions? frontProxy = null) =>
        (_chain, _audiences, _frontProxy) = (chain, apiAudiences.IsDefault ? [] : apiAudiences, frontProxy);

    /// <summary>The audiences the API answers to; empty when it does not ask.</summary>
    public ImmutableArray<string> Audiences => _audiences;

    /// <summary>
    /// Finds out whom a bare token stands for: the whole chain is asked about a request that has nothing but the token (upstream:
    /// <c>pkg/registry/authentication/tokenreview/storage.go</c>).
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">The audiences it is to be good for one of; empty when any will do.</param>
    /// <param name="cancellationToken">Gives up waiting for a remote service.</param>
    public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (_chain is null)
        {
            return AuthenticationResult.NoOpinion;
        }

        var request = new AuthenticationRequest { Headers = new([KeyValuePair.Create("Authorization", "Bearer " + token)]), Path = "" };
        var context = new AuthenticationContext { Audiences = audiences };
        return await _chain.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds out who sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="trace">Told what each authenticator answered; null when nobody asks.</param>
    /// <param name="cancellationToken">Gives up waiting for a remote service.</param>
    public async ValueTask<RequestAuthentication> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationTrace? trace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_chain is null)
        {
            return new RequestAuthentication { IsDisabled = true, Headers = request.Headers };
        }

        var context = new AuthenticationContext { Audiences = _audiences, Trace = trace };
        var result = await _chain.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
        var answer = new RequestAuthentication
        {
            Headers = request.Headers,
            Warnings = result.Warnings,
            AuditAnnotations = result.AuditAnnotations,
        };
        if (result.User is null)
        {
            return answer with { Error = result.Error, Failure = ApiStatuses.Unauthorized };
        }

        if (!_audiences.IsEmpty && !result.Audiences.IsEmpty
            && !_audiences.Intersect(result.Audiences, StringComparer.Ordinal).Any())
        {
            var (given, accepted) = (GoText.List(result.Audiences.AsSpan()), GoText.List(_audiences.AsSpan()));
            return answer with
            {
                Error = $"unable to match the audience: {given} , accepted: {accepted}",
                Failure = ApiStatuses.Unauthorized,
            };
        }

        var headers = result.RemainingHeaders ?? request.Headers;
        return answer with { User = result.User, Headers = headers.Without(IsCredential) };
    }

    private bool IsCredential(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        || RequestHeaderOptions.Standard.Names(header) || _frontProxy?.Names(header) == true;
}

/// <summary>Who sends a request, or why that is not known.</summary>
public sealed record RequestAuthentication
{
    /// <summary>The user; null when nobody was authenticated.</summary>
    public UserInfo? User { get; init; }

    /// <summary>The answer to the client when the request ends here; null when it goes on.</summary>
    public ApiStatus? Failure { get; init; }

    /// <summary>What the server writes into its log, and never tells the client; null when there is nothing to say.</summary>
    public string? Error { get; init; }

    /// <summary>True when the server has no authenticator at all: requests pass without a user.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>The headers as later handlers see them: without credentials when somebody was authenticated.</summary>
    public required RequestHeaders Headers { get; init; }

    /// <summary>Warnings for the client.</summary>
    public ImmutableArray<string> Warnings { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What goes into the audit event.</summary>
    public ImmutableSortedDictionary<string, string> AuditAnnotations { get; init; } =
        AuthenticationResult.NoOpinion.AuditAnnotations;
}

using System.Collections.Immutable;
using AuthzSim.Authentication.FrontProxy;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// The authenticators a server is configured with, put into the server's order by <see cref="Build"/>
/// (upstream: <c>pkg/kubeapiserver/authenticator/config.go</c>). What is null is not configured.
/// </summary>
public sealed record AuthenticatorChain
{
    private static readonly TimeSpan _tokenTtl = TimeSpan.FromSeconds(10);

    /// <summary>Headers of a proxy that authenticates (<c>--requestheader-client-ca-file</c>).</summary>
    public RequestHeaderAuthenticator? FrontProxy { get; init; }

    /// <summary>User name and password (<c>--basic-auth-file</c>, before 1.19).</summary>
    public IAuthenticator? Basic { get; init; }

    /// <summary>Client certificates (<c>--client-ca-file</c>).</summary>
    public IAuthenticator? ClientCertificate { get; init; }

    /// <summary>The static token file (<c>--token-auth-file</c>).</summary>
    public ITokenAuthenticator? TokenFile { get; init; }

    /// <summary>Service account tokens of secrets.</summary>
    public ITokenAuthenticator? LegacyServiceAccount { get; init; }

    /// <summary>Bound service account tokens.</summary>
    public ITokenAuthenticator? ServiceAccount { get; init; }

    /// <summary>Bootstrap tokens (<c>--enable-bootstrap-token-auth</c>).</summary>
    public ITokenAuthenticator? Bootstrap { get; init; }

    /// <summary>
    /// One for each JWT issuer. A server of today always has this part, if only without issuers; <c>default</c> leaves it
    /// out.
    /// </summary>
    public ImmutableArray<ITokenAuthenticator> JwtIssuers { get; init; } = [];

    /// <summary>The webhook, with its own cache (<c>--authentication-token-webhook-config-file</c>).</summary>
    public ITokenAuthenticator? Webhook { get; init; }

    /// <summary>Anonymous requests (<c>--anonymous-auth</c>).</summary>
    public AnonymousAuthenticator? Anonymous { get; init; }

    /// <summary>
    /// True for a server that authenticates itself by a token, which every API server does: a bearer token that it does not know
    /// is then said to be invalid before any other error, whatever the other authenticators say.
    /// </summary>
    public bool HasLoopbackToken { get; init; }

    /// <summary>The audiences of the API: <c>--api-audiences</c>, or else all of <c>--service-account-issuer</c>.</summary>
    public ImmutableArray<string> ApiAudiences { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The clock of the token cache.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Puts the parts together.</summary>
    public RequestAuthenticator Build()
    {
        var chain = Chain();
        if (HasLoopbackToken && chain is not null)
        {
            var token = new LoopbackToken();
            chain = new UnionAuthenticator("requests", [new BearerTokenAuthenticator(token) { Name = token.Name }, chain]) { Nested = chain };
        }

        return new(chain, ApiAudiences, FrontProxy?.Options);
    }

    private IAuthenticator? Chain()
    {
        List<IAuthenticator> requests = [];
        if (FrontProxy is not null)
        {
            requests.Add(new AudienceAgnosticAuthenticator(FrontProxy, ApiAudiences));
        }

        if (Basic is not null)
        {
            requests.Add(new AudienceAgnosticAuthenticator(Basic, ApiAudiences));
        }

        if (ClientCertificate is not null)
        {
            requests.Add(ClientCertificate);
        }

        if (Tokens() is { } tokens)
        {
            requests.Add(new BearerTokenAuthenticator(tokens));
            requests.Add(new WebSocketProtocolAuthenticator(tokens));
        }

        if (requests.Count == 0)
        {
            return Anonymous is null ? null : new UnionAuthenticator("requests", [Anonymous]);
        }

        var chain = new AuthenticatedGroupAdder(new UnionAuthenticator("requests", [.. requests]));

        // An error of the chain is final: the anonymous pass only when it had no opinion.
        return Anonymous is null ? chain : new UnionAuthenticator("requests", [chain, Anonymous], failsFast: true) { Nested = chain };
    }

    private CachedTokenAuthenticator? Tokens()
    {
        List<ITokenAuthenticator> tokens = [];
        AddAgnostic(tokens, TokenFile);
        Add(tokens, LegacyServiceAccount);
        Add(tokens, ServiceAccount);
        AddAgnostic(tokens, Bootstrap);
        if (!JwtIssuers.IsDefault)
        {
            AddAgnostic(tokens, new UnionTokenAuthenticator("JWT", JwtIssuers, failsFast: true));
        }

        Add(tokens, Webhook);
        return tokens.Count == 0
            ? null
            : new CachedTokenAuthenticator(new UnionTokenAuthenticator("tokens", [.. tokens]), Time, _tokenTtl);
    }

    private void AddAgnostic(List<ITokenAuthenticator> tokens, ITokenAuthenticator? member)
    {
        if (member is not null)
        {
            tokens.Add(new AudienceAgnosticTokenAuthenticator(member, ApiAudiences));
        }
    }

    private static void Add(List<ITokenAuthenticator> tokens, ITokenAuthenticator? member)
    {
        if (member is not null)
        {
            tokens.Add(member);
        }
    }
}

using System.Collections.Immutable;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Authenticates the ID tokens of all issuers of a configuration (upstream: <c>newJWTAuthenticator</c> of
/// <c>pkg/kubeapiserver/authenticator/config.go</c>): the first error of an issuer is the answer. Safe to share between threads.
/// </summary>
public sealed class JwtAuthenticators : ITokenAuthenticator, IDisposable
{
    private readonly ImmutableArray<OidcTokenAuthenticator> _members;
    private readonly ImmutableArray<IssuerHttp> _clients;

    private JwtAuthenticators(ImmutableArray<OidcTokenAuthenticator> members, ImmutableArray<IssuerHttp> clients) =>
        (_members, _clients) = (members, clients);

    /// <inheritdoc/>
    public string Name => "jwt";

    /// <summary>The authenticator of each issuer, in order.</summary>
    internal ImmutableArray<ITokenAuthenticator> Members => [.. _members];

    /// <summary>
    /// What keeps each issuer's tokens from being checked, as the last attempt at its discovery found it; nothing when all is well.
    /// </summary>
    public ImmutableArray<string> HealthErrors => [.. _members.Select(m => m.HealthError).OfType<string>()];

    /// <summary>Makes the authenticators of a configuration. Nothing is fetched before a token needs it.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="options">Keys at hand, algorithms and clock.</param>
    /// <exception cref="AuthenticationConfigurationException">
    /// The configuration is not valid, has an expression, or an algorithm is not one of those for ID tokens.
    /// </exception>
    public static JwtAuthenticators Create(AuthenticationConfiguration configuration, JwtAuthenticatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        AuthenticationConfigurationValidation.Check(configuration, []);
        foreach (var algorithm in options.SigningAlgorithms)
        {
            if (!JwtAuthenticatorOptions.AllSigningAlgorithms.Contains(algorithm))
            {
                throw new AuthenticationConfigurationException($"oidc: unsupported signing alg: {GoText.Quote(algorithm)}");
            }
        }

        var members = ImmutableArray.CreateBuilder<OidcTokenAuthenticator>();
        var clients = ImmutableArray.CreateBuilder<IssuerHttp>();
        foreach (var jwt in configuration.Jwt)
        {
            var http = new IssuerHttp(options.HandlerFor(jwt.Issuer), options.Time);
            clients.Add(http);
            members.Add(Create(jwt, options, http));
        }

        return new JwtAuthenticators(members.DrainToImmutable(), clients.DrainToImmutable());
    }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var member in _members)
        {
            var result = await member.AuthenticateTokenAsync(token, context, cancellationToken).ConfigureAwait(false);
            context.Trace?.Add(member.Name, result);
            if (!result.IsNoOpinion)
            {
                return result;
            }
        }

        return AuthenticationResult.NoOpinion;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private static OidcTokenAuthenticator Create(JwtAuthenticator jwt, JwtAuthenticatorOptions options, IssuerHttp http)
    {
        Provider ProviderOf(string issuer, string discoveryUrl) => options.LocalKeySets.TryGetValue(issuer, out var keys)
            ? Provider.Of(issuer, keys)
            : new Provider(issuer, discoveryUrl, http, options.Time);

        var issuer = jwt.Issuer;
        var groups = jwt.ClaimMappings.Groups.Claim;
        var resolver = groups.Length == 0 ? null : new ClaimResolver(
            groups, issuer.Audiences, options.SigningAlgorithms, http, options.Time,
            other => ProviderOf(other, other == issuer.Url ? issuer.DiscoveryUrl : ""));
        var verifier = new IdTokenVerifier(issuer.Url, issuer.Audiences, options.SigningAlgorithms, options.Time);
        return new OidcTokenAuthenticator(jwt, verifier, ProviderOf(issuer.Url, issuer.DiscoveryUrl), resolver);
    }
}

/// <summary>What an issuer's authenticator needs beside the configuration (upstream: <c>oidc.Options</c>).</summary>
public sealed record JwtAuthenticatorOptions
{
    /// <summary>All algorithms an ID token may ever be signed with, which a configuration file allows all of.</summary>
    public static ImmutableArray<string> AllSigningAlgorithms { get; } =
        ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    /// <summary>The algorithms allowed, in the order in which errors name them.</summary>
    public ImmutableArray<string> SigningAlgorithms { get; init; } = AllSigningAlgorithms;

    /// <summary>Keys by issuer, instead of those its discovery document leads to.</summary>
    public ImmutableDictionary<string, JsonWebKeySet> LocalKeySets { get; init; } =
        ImmutableDictionary.Create<string, JsonWebKeySet>(StringComparer.Ordinal);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes what sends the requests to an issuer; by default over the network, trusting the issuer's CA.</summary>
    public Func<Issuer, HttpMessageHandler> HandlerFor { get; init; } = issuer => IssuerHttp.HandlerFor(issuer.CertificateAuthority);
}

using AuthzSim.Authentication.Cluster;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>
/// The two authenticators of service account tokens, which the server asks in this order (upstream:
/// <c>pkg/kubeapiserver/authenticator/config.go</c>).
/// </summary>
public static class ServiceAccountAuthenticators
{
    /// <summary>The issuer of tokens that live in secrets.</summary>
    public const string LegacyIssuer = "kubernetes/serviceaccount";

    /// <summary>Authenticates tokens that live in secrets (upstream: <c>pkg/serviceaccount/legacy.go</c>).</summary>
    /// <param name="options">Keys and audiences; the issuers are not looked at.</param>
    /// <param name="cluster">The secrets and service accounts.</param>
    public static ITokenAuthenticator Legacy(ServiceAccountTokenOptions options, ClusterState cluster)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cluster);
        return new JwtTokenAuthenticator<LegacyClaims>(
            "service account (legacy)", [LegacyIssuer], options, new LegacyValidator(options.Lookup, cluster));
    }

    /// <summary>
    /// Authenticates tokens that end and may be bound to an object (upstream: <c>pkg/serviceaccount/claims.go</c>).
    /// </summary>
    /// <param name="options">Keys, issuers and audiences.</param>
    /// <param name="cluster">The service accounts, and the pods, secrets and nodes that tokens are bound to.</param>
    /// <param name="clock">Tells the time.</param>
    public static ITokenAuthenticator Bound(ServiceAccountTokenOptions options, ClusterState cluster, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(clock);
        return new JwtTokenAuthenticator<BoundClaims>(
            "service account", options.Issuers, options, new BoundValidator(cluster, clock));
    }
}

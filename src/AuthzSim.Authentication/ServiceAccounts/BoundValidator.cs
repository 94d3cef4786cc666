using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>Checks a bound token (upstream: <c>pkg/serviceaccount/claims.go</c> <c>validator</c>).</summary>
internal sealed class BoundValidator(ClusterState cluster, TimeProvider clock) : IClaimsValidator<BoundClaims>
{
    private const string StaleTokenAnnotation = "authentication.k8s.io/stale-token";
    private const string Invalidated = "service account token has been invalidated";

    // How many seconds after its end, and before its start, a token still counts.
    private const int Leeway = 60;

    public BoundClaims Read(JsonValue payload, GoJoseDecoder decoder) => BoundClaims.Read(payload, decoder);

    public AuthenticationResult Validate(string token, TokenClaims claims, BoundClaims own)
    {
        var now = GoTime.Of(clock.GetUtcNow());
        if ((TimeError(claims, now) ?? AccountError(own, now) ?? BindingError(own, now)) is { } error)
        {
            return AuthenticationResult.Failed(error);
        }

        var info = new ServiceAccountInfo(own.Namespace, own.ServiceAccount.Name, own.ServiceAccount.Uid)
        {
            Pod = own.Pod,
            Node = own.Node,
            TokenId = claims.Id,
        };
        return Annotated(AuthenticationResult.Of(info.ToUser()), claims, own, now);
    }

    private static string? TimeError(TokenClaims claims, GoTime now)
    {
        if (claims.NotBefore is { } notBefore && now.Plus(Leeway).IsBefore(GoTime.FromUnix(notBefore)))
        {
            return "service account token is not valid yet";
        }

        if (claims.Expiry is { } expiry && now.Plus(-Leeway).IsAfter(GoTime.FromUnix(expiry)))
        {
            return "service account token has expired";
        }

        return claims.IssuedAt is { } issuedAt && now.Plus(Leeway).IsBefore(GoTime.FromUnix(issuedAt))
            ? "service account token is issued in the future"
            : null;
    }

    private static bool IsDeleted(ClusterObject item, GoTime now) =>
        item.DeletionTimestamp is { } deleted && now.Plus(-Leeway).IsAfter(GoTime.Of(deleted));

    private static string? BoundObjectError(string kind, ClusterObject? found, ObjectReference claim, GoTime now)
    {
        if (found is null)
        {
            return Invalidated;
        }

        if (found.Uid != claim.Uid)
        {
            return $"{kind} UID ({found.Uid}) does not match service account {kind} ref claim ({claim.Uid})";
        }

        return IsDeleted(found, now) ? Invalidated : null;
    }

    private static AuthenticationResult Annotated(AuthenticationResult result, TokenClaims claims, BoundClaims own, GoTime now)
    {
        if (own.WarnAfter is not { } warnAfter || warnAfter == 0 || !now.IsAfter(GoTime.FromUnix(warnAfter)))
        {
            return result;
        }

        var late = unchecked(now.UnixSeconds - warnAfter);
        return result with
        {
            AuditAnnotations = result.AuditAnnotations.SetItem(
                StaleTokenAnnotation, $"subject: {claims.Subject}, seconds after warning threshold: {late}"),
        };
    }

    private string? AccountError(BoundClaims own, GoTime now)
    {
        var claim = own.ServiceAccount;
        if (cluster.FindServiceAccount(own.Namespace, claim.Name) is not { } account)
        {
            return LookUpErrors.ServiceAccountNotFound(own.Namespace, claim.Name);
        }

        if (account.Uid != claim.Uid)
        {
            return $"service account UID ({account.Uid}) does not match claim ({claim.Uid})";
        }

        return IsDeleted(account, now) ? $"service account {own.Namespace}/{claim.Name} has been deleted" : null;
    }

    // A pod's token names the pod's node too, which is then taken as it stands.
    private string? BindingError(BoundClaims own, GoTime now)
    {
        if (own.Secret is { } secret
            && BoundObjectError("secret", cluster.FindSecret(own.Namespace, secret.Name), secret, now) is { } error)
        {
            return error;
        }

        if (own.Pod is { } pod)
        {
            return BoundObjectError("pod", cluster.FindPod(own.Namespace, pod.Name), pod, now);
        }

        return own.Node is { } node ? BoundObjectError("node", cluster.FindNode(node.Name), node, now) : null;
    }
}

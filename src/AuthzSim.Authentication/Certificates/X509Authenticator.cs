using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Authenticates by client certificate: the common name is the user, the organizations are the groups (upstream:
/// <c>k8s.io/apiserver/pkg/authentication/request/x509</c> with <c>CommonNameUserConversion</c>).
/// </summary>
/// <param name="verifier">Verifies against <c>--client-ca-file</c>.</param>
public sealed class X509Authenticator(CertificateVerifier verifier) : IAuthenticator
{
    /// <summary>The key of the user's extra that names the certificate.</summary>
    public const string CredentialIdKey = "authentication.kubernetes.io/credential-id";

    /// <inheritdoc/>
    public string Name => "x509";

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(
            request.PeerCertificates.IsEmpty ? AuthenticationResult.NoOpinion : Authenticate(verifier.Verify(
                request.PeerCertificates)));
    }

    private static AuthenticationResult Authenticate(CertificateVerification verification)
    {
        if (verification.Leaf is not { } leaf)
        {
            return AuthenticationResult.Failed(verification.Error!);
        }

        if (verification.Error is { } error)
        {
            return AuthenticationResult.Failed($"verifying certificate {leaf.Identifier} failed: {error}");
        }

        // All chains of a certificate have it as their leaf, so the first converts exactly when any does.
        var subject = leaf.Subject;
        if (subject.CommonName.Length == 0)
        {
            return AuthenticationResult.NoOpinion;
        }

        if (UidError(subject.Uids) is { } uidError)
        {
            return AuthenticationResult.Failed(uidError);
        }

        return AuthenticationResult.Of(new UserInfo
        {
            Name = subject.CommonName,
            Uid = subject.Uids.IsEmpty ? "" : subject.Uids[0]!,
            Groups = subject.Organizations,
            Extra = UserInfo.NoExtra.Add(CredentialIdKey, ["X509SHA256=" + Convert.ToHexStringLower(leaf.Fingerprint)]),
        });
    }

    private static string? UidError(ImmutableArray<string?> uids) =>
        uids.Contains(null) ? "unable to parse UID into a string"
        : uids.Length > 1 ? $"expected 1 UID, but found multiple: [{string.Join(' ', uids)}]"
        : uids is [""] ? "UID cannot be an empty string"
        : null;
}

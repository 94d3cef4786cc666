using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Authentication.FrontProxy;

namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Verifies client certificates against a bundle and nothing else: no system store, no revocation (upstream: Go's
/// <c>Certificate.Verify</c> with the options of <c>k8s.io/apiserver/pkg/authentication/request/x509</c>). Safe to share between
/// threads.
/// </summary>
/// <param name="roots">The trust anchors.</param>
/// <param name="clock">The time at which certificates must be valid.</param>
public sealed class CertificateVerifier(CertificateBundle roots, TimeProvider clock) : IClientCertificateVerifier
{
    /// <summary>Verifies a client's certificates. Never throws for what they contain.</summary>
    /// <param name="peerCertificates">The certificates as DER, leaf first; not empty.</param>
    /// <exception cref="ArgumentException">There are no certificates.</exception>
    public CertificateVerification Verify(ImmutableArray<ReadOnlyMemory<byte>> peerCertificates) => VerifyAt(peerCertificates, clock.GetUtcNow());

    /// <summary>
    /// Verifies the certificates of a front proxy and its name (upstream: <c>Verifier.AuthenticateRequest</c> of the X.509 request
    /// authenticator); the error is the server's own.
    /// </summary>
    /// <param name="peerCertificates">The certificates as DER, leaf first; not empty.</param>
    /// <param name="allowedNames">The common names allowed, exactly; empty allows any.</param>
    /// <exception cref="ArgumentException">There are no certificates.</exception>
    public CertificateVerification Verify(ImmutableArray<ReadOnlyMemory<byte>> peerCertificates, ImmutableArray<string> allowedNames)
    {
        var verification = Verify(peerCertificates);
        return verification.CommonName is not { } name || allowedNames.IsDefaultOrEmpty || allowedNames.Contains(name, StringComparer.Ordinal)
            ? verification
            : new CertificateVerification($"x509: subject with cn={name} is not in the allowed list", verification.Leaf);
    }

    /// <inheritdoc/>
    ClientCertificateVerification IClientCertificateVerifier.Verify(
        ImmutableArray<ReadOnlyMemory<byte>> peerCertificates, DateTimeOffset now)
    {
        var verification = VerifyAt(peerCertificates, now);
        return new ClientCertificateVerification(verification.Error, verification.CommonName ?? "");
    }

    private CertificateVerification VerifyAt(ImmutableArray<ReadOnlyMemory<byte>> peerCertificates, DateTimeOffset now)
    {
        if (peerCertificates.IsDefaultOrEmpty)
        {
            throw new ArgumentException("a client without certificates has nothing to verify", nameof(peerCertificates));
        }

        var peers = new Certificate[peerCertificates.Length];
        try
        {
            for (var i = 0; i < peers.Length; i++)
            {
                peers[i] = Certificate.Parse(peerCertificates[i].Span);
            }
        }
        catch (CertificateFormatException e)
        {
            return new CertificateVerification("tls: failed to parse client certificate: " + e.Message, null);
        }

        return new CertificateVerification(Verify(peers, now), peers[0]);
    }

    private string? Verify(Certificate[] peers, DateTimeOffset now)
    {
        var intermediates = peers.Length > 1 ? new CertificatePool(peers.AsSpan(1)) : null;
        if (new ChainBuilder(roots.Pool, intermediates, now).Build(peers[0], out var chains) is { } error)
        {
            return error;
        }

        var (badPolicies, badUsages) = (0, 0);
        string? badNames = null;
        foreach (var chain in chains)
        {
            if (!PolicyCheck.IsValid(chain))
            {
                badPolicies++;
            }
            else if (!chain.All(c => !c.Extensions.HasExtendedKeyUsage || c.Extensions.AllowsClientAuth))
            {
                badUsages++;
            }
            else if (NameConstraintCheck.Check(chain) is { } fault)
            {
                badNames ??= "x509: a root or intermediate certificate is not authorized to sign for this name: " + fault;
            }
            else
            {
                return null;
            }
        }

        return badNames ?? NoChain(badUsages, badPolicies);
    }

    private static string NoChain(int badUsages, int badPolicies)
    {
        if (badPolicies == 0)
        {
            return "x509: certificate specifies an incompatible key usage";
        }

        var usages = badUsages == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{badUsages} candidate chains with incompatible key usage, ");
        return string.Create(
            CultureInfo.InvariantCulture, $"x509: no valid chains built: {usages}{badPolicies} candidate chains with invalid policies");
    }
}

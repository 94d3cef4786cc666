using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.FrontProxy;

/// <summary>
/// Believes the headers of a proxy that shows a certificate of the right CA
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/request/headerrequest</c>).
/// </summary>
public sealed class RequestHeaderAuthenticator : IAuthenticator
{
    private readonly IClientCertificateVerifier _verifier;
    private readonly TimeProvider _time;

    /// <summary>Makes the authenticator.</summary>
    /// <param name="options">The headers and the proxy's names.</param>
    /// <param name="verifier">Checks the proxy's certificate against its CA.</param>
    /// <param name="time">The clock.</param>
    public RequestHeaderAuthenticator(RequestHeaderOptions options, IClientCertificateVerifier verifier, TimeProvider time) =>
        (Options, _verifier, _time) = (options, verifier, time);

    /// <inheritdoc/>
    public string Name => "front proxy";

    /// <summary>The headers and the proxy's names.</summary>
    public RequestHeaderOptions Options { get; }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(Authenticate(request));
    }

    private AuthenticationResult Authenticate(AuthenticationRequest request)
    {
        if (request.PeerCertificates.IsEmpty)
        {
            return AuthenticationResult.NoOpinion;
        }

        var verified = _verifier.Verify(request.PeerCertificates, _time.GetUtcNow());
        if (verified.Error is { } error)
        {
            return AuthenticationResult.Failed(error);
        }

        if (!Options.AllowedNames.IsEmpty && !Options.AllowedNames.Contains(verified.CommonName, StringComparer.Ordinal))
        {
            return AuthenticationResult.Failed($"x509: subject with cn={verified.CommonName} is not in the allowed list");
        }

        var headers = request.Headers;
        var name = FirstValue(headers, Options.UsernameHeaders);
        return name.Length == 0
            ? AuthenticationResult.NoOpinion
            : AuthenticationResult.Of(new UserInfo
            {
                Name = name,
                Uid = FirstValue(headers, Options.UidHeaders),
                Groups = [.. Options.GroupHeaders.SelectMany(headers.All).Where(g => g.Length > 0)],
                Extra = Extra(headers),
            });
    }

    /// <summary>The first header that is not empty; of a header sent twice only the first value is looked at.</summary>
    private static string FirstValue(RequestHeaders headers, ImmutableArray<string> names) =>
        names.Select(headers.First).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "";

    private ImmutableSortedDictionary<string, ImmutableArray<string>> Extra(RequestHeaders headers)
    {
        var extra = UserInfo.NoExtra.ToBuilder();
        foreach (var prefix in Options.ExtraHeaderPrefixes)
        {
            foreach (var (header, value) in headers.Fields)
            {
                if (header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    var key = PercentEncoding.DecodeOrKeep(header[prefix.Length..].ToLowerInvariant());
                    extra[key] = extra.GetValueOrDefault(key, []).Add(value);
                }
            }
        }

        return extra.ToImmutable();
    }
}

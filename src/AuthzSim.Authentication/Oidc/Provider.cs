using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// The keys of an issuer, found by discovery when first asked for. What failed is tried again 10 seconds later (upstream:
/// <c>oidc.NewProvider</c>, which the API server calls until it succeeds).
/// </summary>
internal sealed class Provider(string issuer, string discoveryUrl, IssuerHttp http, TimeProvider time)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<(IKeySet? Keys, string? Error)>? _discovery;
    private long _startedAt;
    private bool _hasFailed;

    /// <summary>A provider whose keys are at hand.</summary>
    public static Provider Of(string issuer, JsonWebKeySet keys) =>
        new(issuer, "", null!, TimeProvider.System) { _discovery = Task.FromResult(((IKeySet?)new LocalKeySet(keys), (string?)null)) };

    /// <summary>Why there are no keys yet; null when there are, or nobody asked.</summary>
    public string? Error { get; private set; }

    /// <summary>The issuer's keys; null while discovery fails.</summary>
    public async ValueTask<IKeySet?> KeysAsync(CancellationToken cancellationToken)
    {
        var (keys, error) = await Discovery().WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            Error = error;
            _hasFailed = keys is null;
        }

        return keys;
    }

    private Task<(IKeySet? Keys, string? Error)> Discovery()
    {
        lock (_lock)
        {
            if (_discovery is null || (_hasFailed && time.GetElapsedTime(_startedAt) >= _retryAfter))
            {
                _hasFailed = false;
                _startedAt = time.GetTimestamp();
                _discovery = DiscoverAsync();
            }

            return _discovery;
        }
    }

    private async Task<(IKeySet? Keys, string? Error)> DiscoverAsync()
    {
        var wellKnown = (issuer.EndsWith('/') ? issuer[..^1] : issuer) + "/.well-known/openid-configuration";
        var (answer, error) = await http.GetAsync(discoveryUrl.Length > 0 ? discoveryUrl : wellKnown).ConfigureAwait(false);
        if (answer is null)
        {
            return (null, error);
        }

        if (answer.StatusCode != 200)
        {
            return (null, $"{answer.Status}: {answer.BodyText}");
        }

        var fields = new GoJsonFields("providerJSON");
        var (named, keysUrl) = ("", "");
        var isJson = JsonValue.TryParse(answer.Body, out var json);
        foreach (var member in isJson ? fields.Read(json, "issuer", "jwks_uri") : [])
        {
            (named, keysUrl) = member.Name == "issuer"
                ? (fields.Text(member, named), keysUrl)
                : (named, fields.Text(member, keysUrl));
        }

        if ((isJson ? fields.Error : "not JSON") is { } problem)
        {
            return (null, $"oidc: failed to decode provider discovery object: {answer.DecodingError(problem)}");
        }

        if (named != issuer)
        {
            return (null, "oidc: issuer did not match the issuer returned by provider, "
                + $"expected {GoText.Quote(issuer)} got {GoText.Quote(named)}");
        }

        return keysUrl.Length == 0 ? (null, "provider did not return JWKS URL") : (new RemoteKeySet(keysUrl, http, time), null);
    }
}

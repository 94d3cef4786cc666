using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Keys fetched from the issuer when first needed, kept, and fetched again when they do not fit and are about to expire; one
/// fetch serves all who wait (upstream: <c>go-oidc</c> v2 <c>remoteKeySet</c>).
/// </summary>
internal sealed class RemoteKeySet(string url, IssuerHttp http, TimeProvider time) : IKeySet
{
    private static readonly TimeSpan _expiryDelta = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private (JsonWebKeySet Keys, DateTimeOffset Expiry) _cached = (JsonWebKeySet.Empty, DateTimeOffset.MinValue);
    private Task<(JsonWebKeySet? Keys, string? Error)>? _fetch;

    public async ValueTask<string?> VerifyAsync(JsonWebSignature signature, CancellationToken cancellationToken)
    {
        var (cached, expiry) = Cached();
        if (cached.Verifies(signature))
        {
            return null;
        }

        if (time.GetUtcNow() + _expiryDelta <= expiry)
        {
            return LocalKeySet.Failure;
        }

        var (keys, error) = await FetchOnce().WaitAsync(cancellationToken).ConfigureAwait(false);
        return keys is null ? $"fetching keys {error}" : keys.Verifies(signature) ? null : LocalKeySet.Failure;
    }

    private (JsonWebKeySet Keys, DateTimeOffset Expiry) Cached()
    {
        lock (_lock)
        {
            return _cached;
        }
    }

    private Task<(JsonWebKeySet? Keys, string? Error)> FetchOnce()
    {
        lock (_lock)
        {
            return _fetch is { IsCompleted: false } running ? running : _fetch = FetchAsync();
        }
    }

    private async Task<(JsonWebKeySet? Keys, string? Error)> FetchAsync()
    {
        var (answer, error) = await http.GetAsync(url).ConfigureAwait(false);
        if (answer is null)
        {
            return (null, $"oidc: get keys failed {error}");
        }

        if (answer.StatusCode != 200)
        {
            return (null, $"oidc: get keys failed: {answer.Status} {answer.BodyText}");
        }

        var (keys, problem) = JsonWebKeySet.Read(answer.Body);
        if (keys is null)
        {
            return (null, $"oidc: failed to decode keys: {answer.DecodingError(problem!)} {answer.BodyText}");
        }

        lock (_lock)
        {
            _cached = (keys, answer.ExpiryAt(time.GetUtcNow()));
        }

        return (keys, null);
    }
}

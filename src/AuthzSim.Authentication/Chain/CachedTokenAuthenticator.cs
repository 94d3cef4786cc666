using System.Collections.Concurrent;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Remembers answers for a while, and lets equal questions that meet share one look-up; errors are never kept
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/token/cache</c>).
/// </summary>
public sealed class CachedTokenAuthenticator : ITokenAuthenticator
{
    private static readonly TimeSpan _longestLookUp = TimeSpan.FromSeconds(30);

    private readonly ITokenAuthenticator _delegate;
    private readonly TimeProvider _time;
    private readonly TimeSpan _successTtl;
    private readonly TimeSpan _failureTtl;
    private readonly ConcurrentDictionary<KeyedDigest, Entry> _entries = new();
    private readonly Queue<(KeyedDigest Key, Entry Entry)> _ageing = [];
    private readonly ConcurrentDictionary<KeyedDigest, Lazy<Task<AuthenticationResult>>> _lookUps = new();

    /// <summary>Wraps an authenticator.</summary>
    /// <param name="delegate">The authenticator.</param>
    /// <param name="time">The clock.</param>
    /// <param name="successTtl">How long a user is remembered; zero for not at all.</param>
    /// <param name="failureTtl">How long it is remembered that nobody was authenticated; zero for not at all.</param>
    public CachedTokenAuthenticator(
        ITokenAuthenticator @delegate, TimeProvider time, TimeSpan successTtl, TimeSpan failureTtl = default) =>
        (_delegate, _time, _successTtl, _failureTtl) = (@delegate, time, successTtl, failureTtl);

    /// <inheritdoc/>
    public string Name => _delegate.Name;

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = KeyedDigest.Of(token, context.Audiences.AsSpan());
        if (_entries.TryGetValue(key, out var entry) && _time.GetUtcNow() < entry.Expiry)
        {
            return ValueTask.FromResult(entry.Result);
        }

        // A trace belongs to one caller alone, and so the look-up that fills it is not shared.
        return context.Trace is null
            ? new ValueTask<AuthenticationResult>(SharedAsync(key, token, context, cancellationToken))
            : new ValueTask<AuthenticationResult>(LookUpAsync(key, token, context, cancellationToken));
    }

    private async Task<AuthenticationResult> SharedAsync(
        KeyedDigest key, string token, AuthenticationContext context, CancellationToken cancellationToken)
    {
        var lookUp = _lookUps.GetOrAdd(key, k => new Lazy<Task<AuthenticationResult>>(() => DetachedAsync(k, token, context)));
        return await lookUp.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs on though the caller who asked first has gone: others may wait for the answer.</summary>
    private async Task<AuthenticationResult> DetachedAsync(KeyedDigest key, string token, AuthenticationContext context)
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(_longestLookUp, _time);
        try
        {
            return await LookUpAsync(key, token, context, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return AuthenticationResult.Failed("context deadline exceeded");
        }
        finally
        {
            _lookUps.TryRemove(key, out _);
        }
    }

    private async Task<AuthenticationResult> LookUpAsync(
        KeyedDigest key, string token, AuthenticationContext context, CancellationToken cancellationToken)
    {
        var result = await _delegate.AuthenticateTokenAsync(token, context, cancellationToken).ConfigureAwait(false);
        var ttl = result.Error is not null ? TimeSpan.Zero : result.IsAuthenticated ? _successTtl : _failureTtl;
        if (ttl > TimeSpan.Zero)
        {
            Keep(key, result, ttl);
        }

        return result;
    }

    /// <summary>Each answer kept drops those that have expired, so that the table does not grow with time.</summary>
    private void Keep(KeyedDigest key, AuthenticationResult result, TimeSpan ttl)
    {
        var now = _time.GetUtcNow();
        var entry = new Entry(result, now + ttl);
        lock (_ageing)
        {
            _entries[key] = entry;
            _ageing.Enqueue((key, entry));
            while (_ageing.TryPeek(out var oldest) && oldest.Entry.Expiry <= now)
            {
                _ageing.Dequeue();
                _entries.TryRemove(KeyValuePair.Create(oldest.Key, oldest.Entry));
            }
        }
    }

    private sealed record Entry(AuthenticationResult Result, DateTimeOffset Expiry);
}

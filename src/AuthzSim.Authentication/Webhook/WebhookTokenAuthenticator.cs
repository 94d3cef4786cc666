using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Authentication.Oidc;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Webhook;

/// <summary>
/// Asks a TokenReview service about tokens (upstream:
/// <c>k8s.io/apiserver/plugin/pkg/authenticator/token/webhook.WebhookTokenAuthenticator</c>). Remembers nothing: the API server
/// wraps it in a cache of <c>--authentication-token-webhook-cache-ttl</c>.
/// </summary>
public sealed class WebhookTokenAuthenticator : ITokenAuthenticator, IDisposable
{
    private const int Attempts = 5;
    private const double Factor = 1.5;
    private const double Jitter = 0.2;
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly WebhookConfig _config;
    private readonly string _version;
    private readonly ImmutableArray<string> _implicitAudiences;
    private readonly TimeProvider _time;

    /// <summary>Makes an authenticator.</summary>
    /// <param name="config">Where the service is.</param>
    /// <param name="version"><c>v1</c> or <c>v1beta1</c>.</param>
    /// <param name="implicitAudiences">The audiences of the API server.</param>
    /// <param name="time">The clock that retries and the timeout go by.</param>
    /// <exception cref="AuthenticationConfigurationException">
    /// The version is another, or a certificate cannot be read.
    /// </exception>
    public WebhookTokenAuthenticator(
        WebhookConfig config, string version, ImmutableArray<string> implicitAudiences, TimeProvider time)
        : this(config, version, implicitAudiences, time, handler: null)
    {
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000", Justification = "the client owns its handler")]
    internal WebhookTokenAuthenticator(
        WebhookConfig config, string version, ImmutableArray<string> implicitAudiences, TimeProvider time, HttpMessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(version);
        if (version is not ("v1" or "v1beta1"))
        {
            throw new AuthenticationConfigurationException(
                $"unsupported authentication webhook version {GoText.Quote(version)}, supported versions are \"v1\", \"v1beta1\"");
        }

        (_config, _version, _time) = (config, version, time);
        _implicitAudiences = implicitAudiences.IsDefault ? [] : implicitAudiences;

        // The timeout runs over the body too, so it is not the client's.
        _client = new HttpClient(handler ?? config.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public string Name => "webhook";

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(context);
        var wanted = context.Audiences;
        var (status, failure) =
            await ReviewAsync(TokenReviews.Write(_version, token, wanted), cancellationToken).ConfigureAwait(false);
        if (status is null)
        {
            return AuthenticationResult.Failed(failure!);
        }

        var audiences = ImmutableArray<string>.Empty;
        if (!wanted.IsEmpty)
        {
            var got = status.Audiences.IsEmpty ? _implicitAudiences : status.Audiences;
            audiences = [.. got.Where(a => wanted.Contains(a))];
            if (audiences.IsEmpty)
            {
                return AuthenticationResult.NoOpinion;
            }
        }

        if (!status.Authenticated)
        {
            return status.Error.Length == 0 ? AuthenticationResult.NoOpinion : AuthenticationResult.Failed(status.Error);
        }

        return AuthenticationResult.Of(status.User, audiences);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<(TokenReviewStatus? Status, string? Failure)> ReviewAsync(
        byte[] review, CancellationToken cancellationToken)
    {
        var delay = _firstDelay;
        for (var attempt = 1; ; attempt++)
        {
            var (status, failure) = await PostAsync(review, cancellationToken).ConfigureAwait(false);
            if (failure is null || !failure.IsRetriable || attempt == Attempts)
            {
                return (status, failure?.Message);
            }

            await Task.Delay(delay * (1 + (Jitter * Fraction())), _time, cancellationToken).ConfigureAwait(false);
            delay *= Factor;
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "spreads retries, hides nothing")]
    private static double Fraction() => Random.Shared.NextDouble();

    private async Task<(TokenReviewStatus? Status, WebhookFailure? Failure)> PostAsync(
        byte[] review, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = NewRequest(review);
        try
        {
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (await IssuerHttp.ReadAsync(response.Content, either.Token).ConfigureAwait(false) is not { } body)
            {
                return (null, new WebhookFailure(
                    $"the webhook answered with more than {IssuerHttp.MaxBody} bytes", IsRetriable: false));
            }

            if ((int)response.StatusCode is < 200 or > 206)
            {
                var isText = response.Content.Headers.ContentType?.MediaType is not { } type
                    || type.StartsWith("text/", StringComparison.Ordinal);
                return (null, WebhookFailure.Of((int)response.StatusCode, body, isText, response.Headers.RetryAfter is not null));
            }

            var (status, error) = TokenReviews.Read(body);
            return (status, error is null ? null : new WebhookFailure(error, IsRetriable: false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new WebhookFailure(
                $"{Call}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)", false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            return (null, new WebhookFailure($"{Call}: {e.Message}", IsReset(e)));
        }
    }

    private string Call => $"Post {GoText.Quote(_config.Server)}";

    private HttpRequestMessage NewRequest(byte[] review)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _config.Server) { Content = new ByteArrayContent(review) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd("application/json, */*");
        if (_config.Token.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_config.Token}");
        }
        else if (_config.Username.Length > 0)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_config.Username}:{_config.Password}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        return request;
    }

    private static bool IsReset(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return true;
            }
        }

        return false;
    }
}

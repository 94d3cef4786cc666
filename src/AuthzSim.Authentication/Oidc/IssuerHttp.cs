using System.Net.Http.Headers;
using AuthzSim.Authentication.Configuration;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Oidc;

/// <summary>
/// Asks an issuer's servers (upstream: the <c>http.Client</c> of <c>oidc.New</c>): 30 seconds for a whole answer, and no more
/// than a megabyte of it, which upstream does not limit.
/// </summary>
internal sealed class IssuerHttp(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    public const int MaxBody = 1 << 20;
    private const int MaxHeadersKilobytes = 64;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    // The timeout runs over the body too, so it is not the client's.
    private readonly HttpClient _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A handler that trusts the CA of a configuration, or of the system when it has none.</summary>
    /// <exception cref="AuthenticationConfigurationException">The CA cannot be used.</exception>
    public static HttpMessageHandler HandlerFor(string certificateAuthority)
    {
        var handler = new SocketsHttpHandler { MaxResponseHeadersLength = MaxHeadersKilobytes, MaxAutomaticRedirections = 10 };
        if (certificateAuthority.Length > 0)
        {
            handler.SslOptions.CertificateChainPolicy = TlsRoots.Trusting(certificateAuthority);
        }

        return handler;
    }

    /// <summary>Fetches a URL; the error says why it could not be.</summary>
    public async Task<(HttpAnswer? Answer, string? Error)> GetAsync(string url, string? bearer = null)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return (null, $"Get {GoText.Quote(url)}: unsupported protocol scheme");
        }

        using var timeout = new CancellationTokenSource(_timeout, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (!string.IsNullOrEmpty(bearer) && !request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}"))
        {
            return (null, $"Get {GoText.Quote(url)}: net/http: invalid header field value for \"Authorization\"");
        }

        try
        {
            using var response =
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            var body = await ReadAsync(response.Content, timeout.Token).ConfigureAwait(false);
            return body is null
                ? (null, $"unable to read response body: more than {MaxBody} bytes")
                : (new HttpAnswer((int)response.StatusCode, response.ReasonPhrase ?? "", body, response.Headers, response.Content.Headers), null);
        }
        catch (OperationCanceledException)
        {
            return (null, $"Get {GoText.Quote(url)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return (null, $"Get {GoText.Quote(url)}: {e.Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Reads a whole body; null when it has more than <see cref="MaxBody"/> bytes.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 12];
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (length > MaxBody)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer[..length];
    }
}

/// <summary>A whole answer of a server.</summary>
internal sealed record HttpAnswer(
    int StatusCode, string Reason, byte[] Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    /// <summary>As Go prints a status: <c>404 Not Found</c>.</summary>
    public string Status => $"{StatusCode} {Reason}".TrimEnd();

    public string BodyText => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>
    /// What upstream says of a body that is not what it should be (upstream: <c>go-oidc</c> <c>unmarshalResp</c>).
    /// </summary>
    public string DecodingError(string error) => ContentHeaders.ContentType?.MediaType == "application/json"
        ? $"got Content-Type = application/json, but could not unmarshal as JSON: {error}"
        : $"expected Content-Type = application/json, got {GoText.Quote(ContentHeaders.ContentType?.ToString() ?? "")}: {error}";

    /// <summary>
    /// Until when the answer may be kept: now, unless it says later (upstream: <c>github.com/pquerna/cachecontrol</c>).
    /// </summary>
    public DateTimeOffset ExpiryAt(DateTimeOffset now)
    {
        var control = Headers.CacheControl;
        var lifetime = control?.SharedMaxAge ?? control?.MaxAge
            ?? (ContentHeaders.Expires is { } expires ? expires - (Headers.Date ?? now) : TimeSpan.Zero);
        return lifetime <= TimeSpan.Zero ? now : lifetime < DateTimeOffset.MaxValue - now ? now + lifetime : DateTimeOffset.MaxValue;
    }
}

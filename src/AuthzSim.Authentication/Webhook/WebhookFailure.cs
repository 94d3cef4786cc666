using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.Webhook;

/// <summary>Why a call of the webhook failed, and whether it is worth another.</summary>
/// <param name="Message">Upstream's text.</param>
/// <param name="IsRetriable">
/// True for what may pass: a connection reset, 429, 504 and errors of the server (upstream: <c>webhook.DefaultShouldRetry</c>).
/// </param>
internal sealed record WebhookFailure(string Message, bool IsRetriable)
{
    /// <summary>What an HTTP status other than success means (upstream: <c>api/errors.NewGenericServerResponse</c>).</summary>
    /// <param name="status">The status code.</param>
    /// <param name="body">The body.</param>
    /// <param name="isText">True when the body is one to show.</param>
    /// <param name="hasRetryAfter">True when the server asks to come again.</param>
    public static WebhookFailure Of(int status, byte[] body, bool isText, bool hasRetryAfter)
    {
        if (OfStatusObject(body) is { } said)
        {
            return said with { IsRetriable = said.IsRetriable || hasRetryAfter };
        }

        var text = isText ? System.Text.Encoding.UTF8.GetString(body).Trim() : "unknown";
        var message = status switch
        {
            400 => "the server rejected our request for an unknown reason",
            401 => "the server has asked for the client to provide credentials",
            403 or 406 or 415 => text,
            404 => "the server could not find the requested resource",
            405 => "the server does not allow this method on the requested resource",
            409 => "the server reported a conflict",
            413 => $"Request entity too large: {text}",
            422 => "the server rejected our request due to an error in our request",
            429 => "the server has received too many requests and has asked us to try again later",
            503 => "the server is currently unable to handle the request",
            504 => "the server was unable to return a response in the time allotted, but may still be processing the request",
            >= 500 => $"an error on the server ({GoText.Quote(text)}) has prevented the request from succeeding",
            _ => $"the server responded with the status code {status} but did not return more information",
        };
        return new WebhookFailure(message, hasRetryAfter || status is 429 or (>= 500 and not 503));
    }

    private static WebhookFailure? OfStatusObject(byte[] body)
    {
        if (!JsonValue.TryParse(body, out var json) || !json.IsObject)
        {
            return null;
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Members())
        {
            if (value.IsString)
            {
                texts[name] = value.Text();
            }
        }

        return texts.GetValueOrDefault("kind") == "Status" && texts.GetValueOrDefault("status") == "Failure"
            ? new WebhookFailure(
                texts.GetValueOrDefault("message", ""),
                texts.GetValueOrDefault("reason") is "InternalError" or "Timeout" or "TooManyRequests" or "ServerTimeout")
            : null;
    }
}

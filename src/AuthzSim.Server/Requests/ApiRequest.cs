using System.Text.Json;
using AuthzSim.Requests;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthzSim.Server.Requests;

/// <summary>A request that may be answered: who sends it, what it asks for, and where the answer goes.</summary>
internal sealed class ApiRequest
{
    private UrlQuery? _query;

    public required HttpContext Http { get; init; }

    /// <summary>What method and URL ask for.</summary>
    public required RequestInfo Info { get; init; }

    /// <summary>What was authorized: the user is the effective one, after impersonation.</summary>
    public required RequestAttributes Attributes { get; init; }

    public UserInfo User => Attributes.User;

    public required RequestLimits Limits { get; init; }

    public string Method => Http.Request.Method;

    /// <summary>The client is gone, or its time is over.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The query as Go reads it.</summary>
    public UrlQuery Query => _query ??= new UrlQuery(Http.Request.QueryString.Value is { Length: > 1 } text ? text[1..] : "");

    /// <summary>
    /// The body; null when it is too long, and then the answer has been given (upstream: <c>limitedReadBody</c> of
    /// <c>k8s.io/apiserver/pkg/endpoints/handlers/rest.go</c>).
    /// </summary>
    /// <param name="atLeast">As many bytes may come at least.</param>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(int atLeast = 0)
    {
        var maxLength = Math.Max(atLeast, Limits.MaxBodyBytes);
        if (maxLength > Limits.MaxBodyBytes && Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = 2L * maxLength;
        }

        var body = await RequestBody.ReadAsync(Http.Request, maxLength, Aborted).ConfigureAwait(false);
        if (body is null)
        {
            await AnswerAsync(ServerStatuses.TooLarge(maxLength)).ConfigureAwait(false);
        }

        return body;
    }

    /// <summary>Answers with a failure.</summary>
    public Task AnswerAsync(ApiStatus status) => ApiResponse.WriteAsync(Http, status);

    /// <summary>Answers with a JSON document, which ends in no newline; one is added, as upstream does.</summary>
    public Task AnswerAsync(int code, ReadOnlyMemory<byte> json) => ApiResponse.WriteJsonAsync(Http, code, json);

    /// <summary>Answers with a JSON document that is written now.</summary>
    public Task AnswerAsync(int code, Action<Utf8JsonWriter> write) =>
        ServerJson.Written(write, json => ApiResponse.WriteJsonAsync(Http, code, json));
}

using System.Text.Json.Nodes;
using AuthzSim.Formats.Reviews;
using AuthzSim.Rbac;
using AuthzSim.Server.Pages;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthzSim.Server.WhatIf;

/// <summary>Questions about the policy that is served, below <c>/authzsim/v1/</c>; <c>openapi.json</c> there describes them.</summary>
internal sealed class WhatIfHandler(ClusterStore store, TimeProvider time) : IRequestHandler
{
    private const string Root = "/authzsim/v1/";
    private const int MostStreams = 16;

    private int _streams;

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && MethodOf(request.Info.Path) is not null;

    public async Task HandleAsync(ApiRequest request)
    {
        var method = MethodOf(request.Info.Path)!;
        if (request.Method != method && !(method == HttpMethods.Get && HttpMethods.IsHead(request.Method)))
        {
            await request.AnswerAsync(ServerStatuses.MethodNotAllowed).ConfigureAwait(false);
            return;
        }

        try
        {
            await AnswerAsync(request).ConfigureAwait(false);
        }
        catch (WhatIfException e)
        {
            await request.AnswerAsync(e.Status).ConfigureAwait(false);
        }
    }

    private static string? MethodOf(string path) => !path.StartsWith(Root, StringComparison.Ordinal) ? null : path[Root.Length..] switch
    {
        "diff" or "eval" => HttpMethods.Post,
        "whocan" or "explain" or "matrix" or "openapi.json" => HttpMethods.Get,
        _ => null,
    };

    private Task AnswerAsync(ApiRequest request) => request.Info.Path[Root.Length..] switch
    {
        "diff" => DiffAsync(request),
        "eval" => EvalAsync(request),
        "whocan" => JsonAsync(request, AccessQuestions.WhoCan),
        "explain" => JsonAsync(request, AccessQuestions.Explain),
        "matrix" => JsonAsync(request, AccessQuestions.Matrix),
        _ => request.AnswerAsync(StatusCodes.Status200OK, EmbeddedFile.Read("openapi.json")),
    };

    private Task JsonAsync(ApiRequest request, Func<ApiRequest, PolicySet, JsonObject> answer)
    {
        var result = answer(request, store.Objects);
        return request.AnswerAsync(StatusCodes.Status200OK, json => result.WriteTo(json));
    }

    private async Task DiffAsync(ApiRequest request)
    {
        if (await request.ReadBodyAsync().ConfigureAwait(false) is { } body)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var (contentType, text) = DiffQuestion.Answer(request, body, store.Objects, today);
            await ApiResponse.WriteTextAsync(request.Http, StatusCodes.Status200OK, text, contentType).ConfigureAwait(false);
        }
    }

    /// <summary>Answers lines while more of them come. A client that sends many must read while it sends.</summary>
    private async Task EvalAsync(ApiRequest request)
    {
        var asked = new QuestionParameters(request, ["reasons"]);
        var hasReasons = !asked.Has("reasons") || asked.IsTrue("reasons");
        if (Interlocked.Increment(ref _streams) > MostStreams)
        {
            Interlocked.Decrement(ref _streams);
            await request.AnswerAsync(ServerStatuses.TooManyRequests).ConfigureAwait(false);
            return;
        }

        try
        {
            var http = request.Http;
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            // The reader of lines waits for its input; as many threads may wait as there are streams.
            http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
            http.Response.ContentType = "application/x-ndjson";
            var lines = new AccessReviewLines(store.Policy) { HasReasons = hasReasons, Path = "body" };
            await Task.Factory.StartNew(
                () => lines.Answer(http.Request.Body, http.Response.Body), request.Aborted, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }
}

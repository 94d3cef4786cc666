using System.Collections.Immutable;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Impersonation;
using AuthzSim.Authorization;
using AuthzSim.Requests;
using AuthzSim.Server.Pages;
using AuthzSim.Server.Serving;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AuthzSim.Server.Requests;

/// <summary>
/// What happens to a request, from the outside in (upstream: <c>DefaultBuildHandlerChain</c> of
/// <c>k8s.io/apiserver/pkg/server/config.go</c>): what it asks for, who sends it, whom it impersonates, whether it may; then the
/// first handler that knows it answers.
/// </summary>
internal sealed partial class RequestPipeline(
    RequestAuthenticator authenticator,
    IAuthorizer authorizer,
    IImpersonationHandler impersonation,
    ImmutableArray<IRequestHandler> handlers,
    RequestMetrics metrics,
    RequestLimits limits,
    ILogger logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var measured = metrics.Begin();
        ApiRequest? request = null;
        var aborted = http.RequestAborted;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(limits.Timeout);
        http.RequestAborted = limit.Token;
        try
        {
            if (PageResponse.IsFor(http.Request))
            {
                await PageResponse.WriteAsync(http).ConfigureAwait(false);
                return;
            }

            request = await AdmitAsync(http).ConfigureAwait(false);
            if (request is not null)
            {
                if (request.Info.Verb == "watch")
                {
                    limit.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                await RouteAsync(request).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            LogGone(logger, http.Request.Method, http.Request.Path);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            http.RequestAborted = aborted;
            await AnswerTimedOutAsync(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerFailureAsync(http, ApiStatuses.BadRequest(e.Message) with { Code = e.StatusCode }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a handler failed with, the client gets an answer and the log the reason.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailure(logger, http.Request.Method, http.Request.Path, e);
            await AnswerFailureAsync(http, ApiStatuses.InternalError("the request could not be handled; the server's log says more")).ConfigureAwait(false);
        }
        finally
        {
            metrics.End(measured, http, request?.Info);
        }
    }

    /// <summary>The request, when it may be answered; otherwise the refusal has been given.</summary>
    private async Task<ApiRequest?> AdmitAsync(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var info = RequestInfo.FromHttp(http.Request.Method, target);
        if (info.Error is { } error)
        {
            await AnswerMisunderstoodAsync(http, target, info, error).ConfigureAwait(false);
            return null;
        }

        var authentication = await authenticator.AuthenticateAsync(CredentialsOf(http, info), cancellationToken: http.RequestAborted).ConfigureAwait(false);
        foreach (var warning in authentication.Warnings)
        {
            Warnings.Add(http.Response, warning);
        }

        if (authentication.Failure is { } unauthenticated)
        {
            LogUnauthenticated(logger, http.Request.Method, info.Path, authentication.Error);
            await ApiResponse.WriteAsync(http, unauthenticated).ConfigureAwait(false);
            return null;
        }

        var attributes = info.ToAttributes(authentication.User ?? UserInfo.Of(""));
        var impersonated = impersonation.Handle(attributes, authentication.Headers);
        if (impersonated.Failure is { } notImpersonated)
        {
            await ApiResponse.WriteAsync(http, notImpersonated).ConfigureAwait(false);
            return null;
        }

        attributes = attributes with { User = impersonated.User! };
        var answer = authorizer.Authorize(attributes);
        if (!answer.IsAllowed)
        {
            await ApiResponse.WriteAsync(http, answer.EvaluationError is { } failed
                ? ApiStatuses.InternalError(failed)
                : ApiStatuses.Forbidden(attributes, answer.Reason)).ConfigureAwait(false);
            return null;
        }

        return new ApiRequest { Http = http, Info = info, Attributes = attributes, Limits = limits };
    }

    private Task RouteAsync(ApiRequest request)
    {
        foreach (var handler in handlers)
        {
            if (handler.Handles(request))
            {
                return handler.HandleAsync(request);
            }
        }

        return request.Info.IsResourceRequest
            ? request.AnswerAsync(ServerStatuses.NoSuchResource)
            : ApiResponse.WriteTextAsync(request.Http, StatusCodes.Status404NotFound, "404 page not found\n");
    }

    private static AuthenticationRequest CredentialsOf(HttpContext http, RequestInfo info) => new()
    {
        Headers = HeadersOf(http.Request.Headers),
        Path = info.Path,
        PeerCertificates = http.Features.Get<PeerCertificates>()?.Der ?? [],
    };

    private static RequestHeaders HeadersOf(IHeaderDictionary headers)
    {
        var count = 0;
        foreach (var header in headers)
        {
            count += header.Value.Count;
        }

        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(count);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                fields.Add(KeyValuePair.Create(name, value ?? ""));
            }
        }

        return new RequestHeaders(fields.MoveToImmutable());
    }

    private static Task AnswerMisunderstoodAsync(HttpContext http, string target, RequestInfo info, string error) => info.IsMalformedTarget
        ? ApiResponse.WriteTextAsync(http, StatusCodes.Status400BadRequest, "400 Bad Request")
        : ApiResponse.WriteTextAsync(
            http, StatusCodes.Status500InternalServerError,
            $"Internal Server Error: {GoHtmlEscaped($"\"{target}\": failed to create RequestInfo: {error}")}\n");

    private static string GoHtmlEscaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static Task AnswerTimedOutAsync(HttpContext http)
    {
        if (!http.Response.HasStarted && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            // What is left of the body is not waited for.
            http.Response.Headers.Connection = "close";
        }

        return AnswerFailureAsync(http, ServerStatuses.TimedOut);
    }

    private static Task AnswerFailureAsync(HttpContext http, ApiStatus status)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        return ApiResponse.WriteAsync(http, status);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, string method, PathString path, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client is gone")]
    private static partial void LogGone(ILogger logger, string method, PathString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path}: unable to authenticate the request: {Error}")]
    private static partial void LogUnauthenticated(ILogger logger, string method, string path, string? error);
}

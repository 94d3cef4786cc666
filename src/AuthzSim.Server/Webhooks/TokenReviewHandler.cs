using AuthzSim.AccessReviews;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Server.Requests;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Webhooks;

/// <summary>
/// TokenReviews: posted as a resource (upstream: <c>pkg/registry/authentication/tokenreview/storage.go</c>), and to
/// <c>/authenticate</c>, the authentication webhook of another API server. The server's own authenticators answer.
/// </summary>
internal sealed class TokenReviewHandler(RequestAuthenticator authenticator) : IRequestHandler
{
    public const string Path = "/authenticate";

    public bool Handles(ApiRequest request) => request.Info.IsResourceRequest
        ? request.Info is { ApiGroup: SelfSubjectReview.Group, ApiVersion: "v1", Resource: "tokenreviews", Subresource: "" }
        : request.Info.Path == Path;

    public async Task HandleAsync(ApiRequest request)
    {
        var info = request.Info;
        if (!HttpMethods.IsPost(request.Method) || info.Name.Length > 0)
        {
            await request.AnswerAsync(ServerStatuses.MethodNotAllowed).ConfigureAwait(false);
            return;
        }

        if (info.Namespace.Length > 0)
        {
            await request.AnswerAsync(ServerStatuses.NoSuchResource).ConfigureAwait(false);
            return;
        }

        if (await BodyReader.ReadJsonAsync(request).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var (failure, review) = info.IsResourceRequest
            ? TokenReview.Read(body, SelfSubjectReview.ApiVersion)
            : TokenReview.Read(body, SelfSubjectReview.ApiVersion, TokenReview.Beta);
        if (failure is not null)
        {
            await request.AnswerAsync(failure).ConfigureAwait(false);
            return;
        }

        var (refusal, result) = await AskAsync(review!, request.Aborted).ConfigureAwait(false);
        var code = info.IsResourceRequest ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await (refusal is not null
            ? request.AnswerAsync(refusal)
            : request.AnswerAsync(code, json => review!.Write(json, result))).ConfigureAwait(false);
    }

    private async ValueTask<(ApiStatus? Refusal, AuthenticationResult Result)> AskAsync(TokenReview review, CancellationToken cancellationToken)
    {
        if (review.Token.Length == 0)
        {
            return (ApiStatuses.BadRequest("token is required for TokenReview in authentication"), AuthenticationResult.NoOpinion);
        }

        var audiences = review.Audiences.IsEmpty ? authenticator.Audiences : review.Audiences;
        var result = await authenticator.AuthenticateTokenAsync(review.Token, audiences, cancellationToken).ConfigureAwait(false);
        return result.IsAuthenticated && !audiences.IsEmpty && !audiences.Intersect(result.Audiences, StringComparer.Ordinal).Any()
            ? (ApiStatuses.InternalError("error validating audiences"), result)
            : (null, result);
    }
}

using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Authorization;
using AuthzSim.Formats;
using AuthzSim.Formats.Reviews;
using AuthzSim.Server.Requests;
using AuthzSim.Server.Reviews;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Webhooks;

/// <summary>
/// <c>POST /authorize</c>: the authorization webhook of an API server (upstream, the caller:
/// <c>k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go</c>). It is answered in the version it is asked in, with 200.
/// </summary>
internal sealed class AuthorizeHandler(IAuthorizer authorizer) : IRequestHandler
{
    public const string Path = "/authorize";

    private const string Kind = nameof(AccessReviewKind.SubjectAccessReview);

    private readonly AccessReviewHandler _reviews = new(authorizer);

    public bool Handles(ApiRequest request) => !request.Info.IsResourceRequest && request.Info.Path == Path;

    public async Task HandleAsync(ApiRequest request)
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            await request.AnswerAsync(ServerStatuses.MethodNotAllowed).ConfigureAwait(false);
            return;
        }

        if (await BodyReader.ReadJsonAsync(request).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var (failure, write) = Answer(request, body);
        await (failure is null ? request.AnswerAsync(StatusCodes.Status200OK, write!) : request.AnswerAsync(failure)).ConfigureAwait(false);
    }

    private (ApiStatus? Failure, Action<Utf8JsonWriter>? Write) Answer(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        DecodedReview decoded;
        bool isBeta;
        try
        {
            isBeta = ReviewVersions.IsBeta(body.Span);
            decoded = ReviewReaders.Read(isBeta ? ReviewVersions.FromBeta(body.Span) : body);
        }
        catch (PolicyFormatException e)
        {
            return (UndecodedBody.Of(Kind, Kind, AccessReview.ApiVersion, e.Diagnostics[0].Message), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (UndecodedBody.Of(Kind, Kind, AccessReview.ApiVersion, e.Message), null);
        }

        if (UndecodedBody.Check(AccessReview.ApiVersion, Kind, decoded.Kind, decoded.ApiVersion) is { } undecoded)
        {
            return (undecoded, null);
        }

        // A bare spec is no review, and fields beside "spec" say nothing of one.
        var review = decoded is { IsObject: true, Review: { } given } ? given : new AccessReview();
        var result = _reviews.Handle(review, request.User, requestNamespace: "");
        if (result.Failure is { } failure)
        {
            return (failure, null);
        }

        return (null, isBeta ? json => json.WriteRawValue(ReviewVersions.ToBeta(ServerJson.Written(Write).Span)) : Write);

        void Write(Utf8JsonWriter json) => AccessReviewWriter.WriteReview(json, result.Review, result.Status);
    }
}

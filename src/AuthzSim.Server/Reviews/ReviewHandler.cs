using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Authorization;
using AuthzSim.Formats;
using AuthzSim.Formats.Reviews;
using AuthzSim.Server.Requests;
using AuthzSim.Server.State;
using AuthzSim.Writes;
using Microsoft.AspNetCore.Http;

namespace AuthzSim.Server.Reviews;

/// <summary>
/// The reviews of <c>authorization.k8s.io/v1</c> and the SelfSubjectReview of <c>authentication.k8s.io/v1</c>: posted, answered,
/// and never stored (upstream: <c>pkg/registry/authorization</c>, <c>pkg/registry/authentication</c>).
/// </summary>
internal sealed class ReviewHandler(IAuthorizer authorizer, ClusterStore store, TimeProvider time) : IRequestHandler
{
    private const string RulesReviews = "selfsubjectrulesreviews";

    private readonly AccessReviewHandler _reviews = new(authorizer);

    public bool Handles(ApiRequest request) => request.Info is { IsResourceRequest: true, ApiVersion: "v1", Subresource: "" } info && info.ApiGroup switch
    {
        AccessReview.Group => info.Resource is RulesReviews || KindOf(info.Resource) is not null,
        SelfSubjectReview.Group => info.Resource == "selfsubjectreviews",
        _ => false,
    };

    public async Task HandleAsync(ApiRequest request)
    {
        var info = request.Info;
        if (!HttpMethods.IsPost(request.Method) || info.Name.Length > 0)
        {
            await request.AnswerAsync(ServerStatuses.MethodNotAllowed).ConfigureAwait(false);
            return;
        }

        if (info.Resource == "localsubjectaccessreviews" != info.Namespace.Length > 0)
        {
            await request.AnswerAsync(ServerStatuses.NoSuchResource).ConfigureAwait(false);
            return;
        }

        if (await BodyReader.ReadJsonAsync(request).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        var (failure, code, write) = info.Resource switch
        {
            "selfsubjectreviews" => Whoami(request, body),
            RulesReviews => Rules(request, body),
            _ => Access(request, body, KindOf(info.Resource)!.Value),
        };
        await (failure is null ? request.AnswerAsync(code, write!) : request.AnswerAsync(failure)).ConfigureAwait(false);
    }

    private static AccessReviewKind? KindOf(string resource) => resource switch
    {
        "subjectaccessreviews" => AccessReviewKind.SubjectAccessReview,
        "localsubjectaccessreviews" => AccessReviewKind.LocalSubjectAccessReview,
        "selfsubjectaccessreviews" => AccessReviewKind.SelfSubjectAccessReview,
        _ => null,
    };

    private (ApiStatus? Failure, int Code, Action<Utf8JsonWriter>? Write) Access(ApiRequest request, ReadOnlyMemory<byte> body, AccessReviewKind kind)
    {
        DecodedReview decoded;
        try
        {
            decoded = ReviewReaders.Read(body);
        }
        catch (PolicyFormatException e)
        {
            return (UndecodedBody.Of(kind.ToString(), kind.ToString(), AccessReview.ApiVersion, e.Diagnostics[0].Message), 0, null);
        }

        var strict = request.Query.First("fieldValidation") == "Strict" ? decoded.StrictErrors.Select(e => e.ToString()) : [];
        if (UndecodedBody.Check(AccessReview.ApiVersion, kind.ToString(), decoded.Kind, decoded.ApiVersion, strict) is { } undecoded)
        {
            return (undecoded, 0, null);
        }

        if (decoded.Review is null || decoded.Review.Kind != kind || !decoded.IsObject)
        {
            // A body that says nothing of what it is, is what the URL stands for.
            decoded = decoded with { Review = (decoded.Review ?? new AccessReview()) with { Kind = kind } };
        }

        var result = _reviews.Handle(decoded.Review!, request.User, request.Info.Namespace);
        return result.Failure is { } failure
            ? (failure, 0, null)
            : (null, result.Code, json => AccessReviewWriter.WriteReview(json, result.Review, result.Status));
    }

    private (ApiStatus? Failure, int Code, Action<Utf8JsonWriter>? Write) Rules(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        const string Kind = "SelfSubjectRulesReview";
        var (undecoded, spec) = NamespaceOf(body, Kind);
        if (undecoded is not null)
        {
            return (undecoded, 0, null);
        }

        if (spec.Length == 0)
        {
            return (ApiStatuses.BadRequest("no namespace on request"), 0, null);
        }

        var rules = store.Policy.RulesFor(request.User, spec);
        return (null, StatusCodes.Status201Created, json => RulesReviewWriter.Write(json, rules));
    }

    private (ApiStatus? Failure, int Code, Action<Utf8JsonWriter>? Write) Whoami(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        var (undecoded, _) = NamespaceOf(body, nameof(SelfSubjectReview), SelfSubjectReview.ApiVersion);
        return undecoded is not null
            ? (undecoded, 0, null)
            : (null, StatusCodes.Status201Created, json => json.WriteRawValue(
                new SelfSubjectReview(request.User, ServerTime.Text(time.GetUtcNow())).ToJson(), skipInputValidation: true));
    }

    /// <summary>Of a review that asks for no more than a namespace, that one.</summary>
    private static (ApiStatus? Failure, string Namespace) NamespaceOf(ReadOnlyMemory<byte> body, string kind, string apiVersion = AccessReview.ApiVersion)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (UndecodedBody.Of(kind, kind, apiVersion, "json: cannot unmarshal the body: an object is needed"), "");
            }

            var failure = UndecodedBody.Check(apiVersion, kind, TextOf(root, "kind"), TextOf(root, "apiVersion"));
            var hasSpec = root.TryGetProperty("spec", out var spec) && spec.ValueKind == JsonValueKind.Object;
            return (failure, hasSpec ? TextOf(spec, "namespace") : "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (UndecodedBody.Of(kind, kind, apiVersion, e.Message), "");
        }

        static string TextOf(JsonElement from, string name) =>
            from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}

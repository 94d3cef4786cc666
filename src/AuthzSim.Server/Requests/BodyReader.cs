using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;
using AuthzSim.Server.Protobuf;
using AuthzSim.Writes;

namespace AuthzSim.Server.Requests;

/// <summary>Reads the body of a request that carries one object, as JSON.</summary>
internal static class BodyReader
{
    private static readonly string[] _supported = ["application/json", "application/yaml", ProtobufBody.MediaType];

    /// <summary>The body as JSON, whichever of the formats it has; null when the refusal has been given.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadJsonAsync(ApiRequest request)
    {
        var mediaType = MediaTypeOf(request.Http.Request.ContentType);
        if (mediaType.Length > 0 && !_supported.Contains(mediaType, StringComparer.OrdinalIgnoreCase))
        {
            await request.AnswerAsync(ServerStatuses.UnsupportedMediaType(_supported)).ConfigureAwait(false);
            return null;
        }

        if (await request.ReadBodyAsync().ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        try
        {
            return mediaType.EndsWith("yaml", StringComparison.OrdinalIgnoreCase) ? FirstYamlDocument.ToJson(body.Span, "body").Json
                : mediaType.Equals(ProtobufBody.MediaType, StringComparison.OrdinalIgnoreCase) && !body.IsEmpty ? ProtobufBody.ToJson(body.Span)
                : body;
        }
        catch (InvalidDataException e)
        {
            await request.AnswerAsync(ApiStatuses.BadRequest(e.Message)).ConfigureAwait(false);
            return null;
        }
        catch (PolicyFormatException e)
        {
            await request.AnswerAsync(ApiStatuses.BadRequest($"error converting YAML to JSON: {e.Diagnostics[0].Message}")).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>A content type without its parameters.</summary>
    public static string MediaTypeOf(string? contentType) =>
        contentType is ApiResponse.Json ? contentType : (contentType ?? "").Split(';')[0].Trim();
}

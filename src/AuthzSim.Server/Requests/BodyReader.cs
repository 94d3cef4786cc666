using AuthzSim.Formats;
using AuthzSim.Formats.Yaml;
using AuthzSim.Writes;

namespace AuthzSim.Server.Requests;

/// <summary>Reads the body of a request that carries one object, as JSON.</summary>
internal static class BodyReader
{
    private static readonly string[] _supported = ["application/json", "application/yaml"];

    /// <summary>The body as JSON, whichever of the two formats it has; null when the refusal has been given.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadJsonAsync(ApiRequest request)
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

        if (!mediaType.EndsWith("yaml", StringComparison.OrdinalIgnoreCase))
        {
            return body;
        }

        try
        {
            return FirstYamlDocument.ToJson(body.Span, "body").Json;
        }
        catch (PolicyFormatException e)
        {
            await request.AnswerAsync(ApiStatuses.BadRequest($"error converting YAML to JSON: {e.Diagnostics[0].Message}")).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>A content type without its parameters.</summary>
    public static string MediaTypeOf(string? contentType) => (contentType ?? "").Split(';')[0].Trim();
}
